# The steps of suite.sh, in their order. Each is run with "set -e", its output in the log.

fresh() {
    local -a options=(--variant=minbase) script=()
    local from=$mirror
    if [[ ! -e /usr/share/debootstrap/scripts/$suite ]]; then
        # A newer Ubuntu than this debootstrap: they are all made in the same way.
        script=(/usr/share/debootstrap/scripts/gutsy)
    fi
    if [[ $(readlink -f "/usr/share/debootstrap/scripts/$suite") == */gutsy || ${#script[@]} != 0 ]]; then
        options+=(--components=main,universe)
        from=$ubuntu
        # Without Ubuntu's keys here the base is not checked; what apt-get then installs is, by the keys in it.
        [[ -e /usr/share/keyrings/ubuntu-archive-keyring.gpg ]] || options+=(--no-check-gpg)
    fi
    debootstrap "${options[@]}" "$suite" "$system" "$from" "${script[@]}"
}

# What a system has when it runs; the mounts are seen by this suite alone.
prepare() {
    mount -t proc proc "$system/proc" && mount --rbind /dev "$system/dev" &&
        mount -t sysfs -o ro sys "$system/sys" && mount -t tmpfs tmpfs "$system/run" &&
        mkdir -p "$system/tmp/.X11-unix" && mount --bind /tmp/.X11-unix "$system/tmp/.X11-unix" &&
        cp /etc/resolv.conf "$system/etc/resolv.conf" &&
        inside useradd --create-home --shell /bin/bash person &&
        cp "$package" "$system/root/bcper.deb" && older
}

# The same package as of an older version, with a module that the new one has no more.
older() {
    local tree=$folder/older
    dpkg-deb -R "$package" "$tree"
    sed -i 's/^Version: .*/Version: 0.0.1/' "$tree/DEBIAN/control"
    echo 'OLD = True' >"$tree/usr/lib/bcper/python/bcper/old.py"
    sed -i 's/^__version__ = .*/__version__ = "0.0.1"/' "$tree/usr/lib/bcper/python/bcper/__init__.py"
    dpkg-deb --root-owner-group -Znone -b "$tree" "$system/root/older.deb" >/dev/null
    rm -rf -- "$tree"
}

install_older() {
    inside apt-get update -qq
    # It says that its dependencies are missing, as the README says.
    fails inside dpkg -i /root/older.deb
    inside apt-get install -y -f
    [[ $(inside dpkg-query -W -f '${Status} ${Version}' bcper) == "install ok installed 0.0.1" ]]
    [[ -n $(find "$system/usr/lib/bcper" -name 'old.*.pyc') ]]
    # Ordinary people cannot write there, so that all of it must be compiled.
    local python=$system/usr/lib/bcper/python
    [[ $(find "$python" -name '*.py' | wc -l) == $(find "$python" -name '*.pyc' | wc -l) ]]
}

imports() {
    person bcper-cli --version
    person bcper --version
    person bcperd --help
    # Each of its modules, and the folders that they come from.
    person python3 -IS -c '
import importlib, os, pkgutil, sys, sysconfig
home, standard = "/usr/lib/bcper/", sysconfig.get_path("stdlib")
sys.path += [home + "python", home + sys.implementation._multiarch]
import bcper
for found in pkgutil.walk_packages(bcper.__path__, "bcper."):
    importlib.import_module(found.name)
import isal.igzip_lib, zlib_ng.zlib_ng, keyring.backends.SecretService
files = [module.__file__ for module in sys.modules.values() if getattr(module, "__file__", None)]
assert not [file for file in files if not file.startswith((home, standard))], files
print(len(files), "modules")
'
}

back_up() {
    person sh -ec '
        mkdir -p documents/letters && echo one >documents/letters/a && head -c 300000 /dev/urandom >documents/b
        ln -s letters documents/link
        bcper-cli backup now documents --to store
        echo two >>documents/letters/a
        bcper-cli backup now documents --to store
        bcper-cli backup list --store store
        bcper-cli backup verify --all --store store
        bcper-cli backup restore latest --store store --target-dir out
        diff -r documents out/documents
        first=$(bcper-cli --json backup list --store store | python3 -c "
import json, sys
told = json.load(sys.stdin)
runs = told if isinstance(told, list) else told[\"runs\"]
print(min(runs, key=lambda run: run[\"started_at\"])[\"run_id\"])")
        bcper-cli backup diff "$first" latest --store store | grep -F letters/a
        # A plain archive, for any tar.
        mkdir plain && tar -C plain -xzf "$(find store -name "*.tar.gz" | head -n 1)"
        test -e plain/documents/b
    '
}

encrypted() {
    person sh -ec '
        echo sesame >password && chmod 600 password
        bcper-cli backup now documents --to sealed --password-file password
        bcper-cli backup restore latest --store sealed --target-dir opened --password-file password
        diff -r documents opened/documents
        fails() { ! "$@"; }
        fails bcper-cli backup restore latest --store sealed --target-dir no --password-file documents/letters/a
    '
}

daemon_runs() {
    person sh -ec '
        bcper-cli daemon start
        bcper-cli daemon status
        bcper-cli item add documents "$HOME/documents"
        bcper-cli store add disk --type local --path "$HOME/disk"
        bcper-cli frequency add daily --every "day at 22:00"
        bcper-cli job add --name nightly --target-type item --target-name documents --store-name disk \
            --frequency-id daily
        bcper-cli job run nightly
        bcper-cli backup list --job nightly
    '
    quiet
}

# The daemon has had no trouble.
quiet() { fails grep -A 20 -E "Traceback|ERROR" "$system$home/.config/bcper/daemon.log"; }

upgrade() {
    local before
    before=$(person bcper-cli --json daemon status)
    inside dpkg -i /root/bcper.deb | grep -F "is a daemon of version 0.0.1. Its owner restarts it"
    [[ $(inside dpkg-query -W -f '${Version}' bcper) != 0.0.1 ]]
    [[ -z $(find "$system/usr/lib/bcper" -name 'old.*') ]]
    [[ -n $(find "$system/usr/lib/bcper" -name 'errors.*.pyc') ]]
    [[ $before == *'"0.0.1"'* && $(person bcper-cli --json daemon status) == *'"0.0.1"'* ]]
    person bcper-cli job run nightly
    quiet
}

daemon_anew() {
    person bcper-cli daemon restart
    [[ $(person bcper-cli --json daemon status) != *'"0.0.1"'* ]]
    person bcper-cli job run nightly
    quiet
}

window() {
    local id='' _
    person env "DISPLAY=:$display" bcper &
    for _ in {1..200}; do
        id=$(DISPLAY=:$display xdotool search --onlyvisible --class '^Bcper$' 2>/dev/null | head -n 1) || id=''
        [[ -z $id ]] || break
        sleep 0.1
    done
    [[ -n $id ]]
    sleep 4
    DISPLAY=:$display import -window root "$pictures/$suite.png"
    # A picture of one colour shows nothing.
    [[ $(convert "$pictures/$suite.png" -format '%k' info:) -gt 50 ]]
    # It is gone before the key is up again, which xdotool calls an error.
    DISPLAY=:$display xdotool key --window "$id" ctrl+q || true
    wait $!
    fails grep -A 20 -E "Traceback|ERROR" "$system$home/.config/bcper/gui.log"
}

python_changes() {
    find "$system/usr/lib/bcper" -name '*.pyc' -delete
    inside /usr/share/python3/runtime.d/bcper.rtupdate rtupdate python3.old python3.new
    [[ -n $(find "$system/usr/lib/bcper" -name 'errors.*.pyc') ]]
}

recommends() {
    local names
    names=$(inside dpkg-query -W -f '${Recommends}' bcper)
    # shellcheck disable=SC2086
    inside apt-get install -y --no-install-recommends ${names//,/}
    # The others need only be known.
    names=$(inside dpkg-query -W -f '${Suggests}' bcper)
    # shellcheck disable=SC2086
    inside apt-get install -y --simulate ${names//,/}
}

rclone_store() {
    person sh -ec '
        mkdir remote
        rclone config create away alias remote="$HOME/remote"
        bcper-cli store remotes | grep -F away
        bcper-cli backup now documents --to away:backups
        bcper-cli backup restore latest --store away:backups --target-dir fetched
        diff -r documents fetched/documents
    '
}

completions() {
    inside apt-get install -y --no-install-recommends bash-completion zsh fish python3-pexpect
    cp "$here/completion.py" "$system/tmp/completion.py"
    local shell
    for shell in bash zsh fish; do
        person python3 /tmp/completion.py "$shell"
    done
}

# A service manager of the person's, in a control group of its own: as on a system that was started by systemd.
user_unit() {
    local groups=/sys/fs/cgroup/bcper-test-$suite
    inside apt-get install -y --no-install-recommends systemd
    person bcper-cli daemon stop
    mkdir -p "$system/run/systemd/system" "$system/run/user/1000"
    inside chown person:person /run/user/1000
    chmod 700 "$system/run/user/1000"
    mount -t cgroup2 cgroup2 "$system/sys/fs/cgroup"
    mkdir -p "$system$groups"
    inside chown -R person:person "$groups"
    cp "$here/user-unit.sh" "$system/tmp/user-unit.sh"
    # shellcheck disable=SC2016
    inside bash -c 'echo $$ >"$0/cgroup.procs"; shift 0; exec setpriv --reuid person --regid person --clear-groups \
        env -i -C /home/person HOME=/home/person USER=person PATH=/usr/bin:/bin LC_ALL=C.UTF-8 \
        XDG_RUNTIME_DIR=/run/user/1000 bash -e /tmp/user-unit.sh' "$groups"
    find "$system$groups" -depth -type d -exec rmdir {} +
    umount "$system/sys/fs/cgroup"
    rm -rf "$system/run/systemd/system"
}

remove_it() {
    person bcper-cli daemon start
    local process=$system$home/.config/bcper/daemon.pid
    process=$(<"$process")
    [[ -d $system/proc/$process ]]
    inside dpkg -r bcper
    local _
    for _ in {1..100}; do
        [[ -d $system/proc/$process ]] || break
        sleep 0.1
    done
    [[ ! -d $system/proc/$process ]]
    quiet
    [[ ! -e $system/usr/lib/bcper ]]
    [[ -e $system$home/.config/bcper/config.json && -d $system$home/disk ]]
}

purge_it() {
    inside dpkg --purge bcper
    # Logs and lists of dpkg's and apt's, and what was put there to be tried.
    local left
    left=$(find "$system" -xdev \( -path "$system/home" -o -path "$system/root" -o -path "$system/tmp" \
        -o -path "$system/var/log" -o -path "$system/proc" -o -path "$system/sys" \) -prune -o -iname '*bcper*' -print)
    printf '%s\n' "$left"
    [[ -z $left ]]
    # The archives do without it.
    person sh -ec 'rm -rf plain && mkdir plain && tar -C plain -xzf "$(find disk -name "*.tar.gz" | head -n 1)"'
}

no_litter() {
    files >"$folder/before"
    inside dpkg -i /root/bcper.deb
    # It compiles what it imports, where it may write.
    inside sh -c 'rm -rf /usr/lib/bcper/python/bcper/__pycache__; bcper-cli --version; bcper-cli item list'
    rm -rf "$system/root/.config" "$system/root/.cache" "$system/root/.local"
    inside dpkg --purge bcper
    files >"$folder/after"
    diff "$folder/before" "$folder/after"
}

# Every file and folder, but for the lists and logs of those that install it.
files() {
    (cd "$system" && find . -xdev \( -path ./var/lib/dpkg -o -path ./var/log -o -path ./var/cache/ldconfig \) -prune \
        -o -print | sort)
}
