"""completion.py SHELL: the shell as a person has it completes verbs and names, and loads that when asked."""

import subprocess
import sys
import time

import pexpect

shell = sys.argv[1]
subprocess.run(["bcper-cli", "item", "add", "holidays", "documents"], check=False)
START = {
    "bash": ("bash", ["--norc", "-i"], ". /usr/share/bash-completion/bash_completion"),
    "zsh": ("zsh", ["-f", "-i"], "autoload -U compinit && compinit -u"),
    "fish": ("fish", ["-i"], "true"),
}
program, options, begin = START[shell]
child = pexpect.spawn(program, options, dimensions=(50, 150), timeout=30, encoding="utf-8")
child.logfile_read = sys.stdout
time.sleep(1)
child.sendline(begin)
time.sleep(1)
child.sendline("echo RE''ADY")
child.expect("READY")
began = time.monotonic()
child.send("bcper-cli item show holi\t")
child.expect("holidays")
sys.stdout.write(f"\n{shell}: {time.monotonic() - began:.1f} s for a name\n")
child.send("\x15bcper-cli backup rest\t")
child.expect("restore")
sys.stdout.write(f"\n{shell}: {time.monotonic() - began:.1f} s for both\n")
child.close(force=True)
