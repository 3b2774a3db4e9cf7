# One suite of script/test-deb, in namespaces of its own:
# suite.sh SUITE PACKAGE FOLDER DISPLAY PICTURES MIRROR UBUNTU_MIRROR
suite=$1 package=$2 folder=$3 display=$4 pictures=$5 mirror=$6 ubuntu=$7
here=${BASH_SOURCE[0]%/*}
system=$folder/system home=/home/person log=$folder/log failed=0 steps=0
mkdir -p -- "$system"
# shellcheck source=packaging/debian/test/steps.sh
. "$here/steps.sh"

# step WORDS COMMAND…: a line that says whether it went well; what it printed is shown if it did not.
step() {
    local words=$1
    shift
    steps=$((steps + 1))
    # Not in a condition: "set -e" has no effect there.
    (set -e; "$@") >"$log" 2>&1 </dev/null
    if [[ $? == 0 ]]; then
        printf 'PASS %s: %s\n' "$suite" "$words"
    else
        failed=$((failed + 1))
        printf 'FAIL %s: %s\n' "$suite" "$words"
        tail -n 25 "$log" | sed 's/^/     /'
    fi
}

# "! COMMAND" never ends a script that has "set -e".
fails() { ! "$@"; }

# Commands in the system, as root and as an ordinary person with nothing in the environment.
inside() {
    timeout -k 5 300 chroot "$system" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 "$@"
}
person() {
    timeout -k 5 100 chroot --userspec=person:person --groups= "$system" env -i -C "$home" HOME="$home" USER=person \
        PATH=/usr/bin:/bin LC_ALL=C.UTF-8 "$@"
}

step "a fresh system" fresh
[[ $failed == 0 ]] || exit 1
prepare || exit 1
step "an older package by dpkg -i, what it depends on by apt-get install -f" install_older
step "all that is run here came with the package: no module of Python's is missing" imports
step "backup now, list, verify, restore, diff" back_up
step "an encrypted backup, and back" encrypted
grep -q doctor "$system/usr/share/bash-completion/completions/bcper-cli" && step "doctor" person bcper-cli doctor
step "the daemon starts, and runs a job" daemon_runs
step "upgraded with the daemon running: nothing of the old is left, the daemon goes on" upgrade
step "the restarted daemon is the new one" daemon_anew
step "the window ($pictures/$suite.png)" window
step "Python 3 changes: modules are compiled anew" python_changes
step "what the package recommends can be installed" recommends
step "a store on an rclone remote" rclone_store
step "completion in bash, zsh and fish, at the first Tab" completions
step "the user unit of systemd: daemon install, uninstall, systemctl --user enable" user_unit
step "removed: the daemon has ended, settings and backups are there" remove_it
step "purged: nothing is left but what is the person's" purge_it
step "installed, used by root, and purged: no file is left" no_litter
printf '%s: %s steps, %s failed\n' "$suite" "$steps" "$failed"
((failed == 0))
