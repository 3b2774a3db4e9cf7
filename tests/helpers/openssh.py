"""A real OpenSSH server on the loopback, for SFTP and nothing else: sshd_config(5)."""

import getpass
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_TRIES = 5


def sshd() -> str:
    """The program of Debian's openssh-server."""
    found = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    assert found is not None, "the package openssh-server is missing"
    return found


@contextmanager
def openssh(root: Path, keys: Path) -> Iterator[int]:
    """A server of ``root`` for this user, who has the key ``keys``/user; yields its port."""
    keys.mkdir(mode=0o700)
    for name in ("host", "user"):
        made = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(keys / name)]
        subprocess.run(made, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    if os.geteuid() == 0:
        # Where it locks up what it has not let in yet; a service manager would have made it.
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    for left in reversed(range(_TRIES)):
        port = _free_port()
        child, listens = _started(root, keys, port)
        # What it says later must not stop it.
        reading = threading.Thread(target=child.stderr.read if child.stderr else None)
        reading.start()
        try:
            if listens:
                (keys / "known").write_text(f"[127.0.0.1]:{port} {(keys / 'host.pub').read_text()}")
                yield port
                return
        finally:
            child.terminate()
            child.wait()
            reading.join()
            if child.stderr:
                child.stderr.close()
        assert left, "sshd finds no free port"


def openssh_section(name: str, keys: Path, port: int) -> str:
    """Lines of rclone's configuration."""
    return (
        f"[{name}]\ntype = sftp\nhost = 127.0.0.1\nport = {port}\nuser = {getpass.getuser()}\n"
        f"key_file = {keys / 'user'}\nknown_hosts_file = {keys / 'known'}\n"
    )


def _started(root: Path, keys: Path, port: int) -> tuple["subprocess.Popen[bytes]", bool]:
    """The server, and whether it listens; it does not if somebody else has taken the port."""
    config = keys / "sshd_config"
    config.write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {keys / 'host'}\nPidFile none\n"
        f"AuthorizedKeysFile {keys / 'user.pub'}\nAuthenticationMethods publickey\nStrictModes no\n"
        "UsePAM no\nPermitRootLogin yes\nMaxStartups 100\nMaxSessions 100\n"
        f"Subsystem sftp internal-sftp\nForceCommand internal-sftp -d {root}\n"
    )
    child = subprocess.Popen(
        [sshd(), "-D", "-e", "-f", str(config)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert child.stderr is not None
    said = b""
    while b"Server listening" not in said:
        line = child.stderr.readline()
        said += line
        if not line:
            assert b"Address already in use" in said, said.decode()
            return child, False
    return child, True


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])
