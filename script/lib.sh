# Set-up shared by the scripts; sourced by bash, with $root set by the caller.
# Every message is one line on stderr, because stdout belongs to the command that is being run.

say() { printf 'bcper: %s\n' "$*" >&2; }

# stage NAME COMMAND...: say what is done, and end with the status of what fails.
stage() {
    local status
    printf '== %s\n' "$1"
    shift
    "$@" || { status=$?; say "failed: $*"; exit "$status"; }
}

# Install Debian packages as root or through a password-less sudo; else name the one line and fail.
apt_install() {
    local -a as_root=()
    if ((EUID != 0)); then
        as_root=(sudo -n)
        if ! sudo -n true 2>/dev/null; then
            say "please run: sudo apt-get install -y $*"
            return 1
        fi
    fi
    # A package's service is not started in the runlevel of one user (invoke-rc.d(8)); none is needed here.
    local -a apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get)
    say "installing $* with apt-get"
    # A fresh container has no package lists yet, so a first failure is answered by fetching them.
    if ! { "${apt[@]}" install -y "$@" || { "${apt[@]}" update && "${apt[@]}" install -y "$@"; }; } \
        >>"$root/.venv-uv/setup.log" 2>&1 </dev/null; then
        say "please run: apt-get install -y $* (it failed here, see $root/.venv-uv/setup.log)"
        return 1
    fi
}

# Install openssh-server for its program: its service stays off, and port 22 closed.
apt_install_sshd() {
    local unit=/etc/systemd/system/ssh.service status=0
    local -a as_root=()
    ((EUID == 0)) || as_root=(sudo -n)
    # Where systemd runs the package would start it at once, but not while it is masked.
    if [[ -d /run/systemd/system && ! -e $unit ]]; then
        "${as_root[@]}" ln -s /dev/null "$unit" 2>/dev/null
        apt_install openssh-server || status=1
        [[ $(readlink -- "$unit") != /dev/null ]] || "${as_root[@]}" rm -f -- "$unit"
        "${as_root[@]}" systemctl disable --now ssh.service >/dev/null 2>&1
        return "$status"
    fi
    apt_install openssh-server
}

# Print the first interpreter that is at least Python 3.$1; pyenv shims may exist and yet not work.
find_python() {
    local name
    for name in python3 python3.13 python3.12 python3.11; do
        if "$name" -c "import sys; sys.exit(sys.version_info < (3, $1))" 2>/dev/null; then
            printf '%s\n' "$name"
            return 0
        fi
    done
    return 1
}

# Whether Python $1 is at least 3.11 and has Tk with smooth letters: some builds come without Tk, or with one that
# knows no Xft and draws bitmaps. There need be no display, so it is read off the libraries that are loaded.
has_tk() {
    "$1" -c '
import sys, _tkinter
sys.exit(sys.version_info < (3, 11) or "libXft" not in open("/proc/self/maps").read())
' 2>/dev/null
}

# Print the first such interpreter. Debian'"'"'s own may hide behind another one in PATH.
tk_python() {
    local name
    for name in python3 python3.13 python3.12 python3.11 /usr/bin/python3; do
        if has_tk "$name"; then
            printf '%s\n' "$name"
            return 0
        fi
    done
    return 1
}

# An environment that shows windows: where no Python has Tk, Debian'"'"'s gets it (python3-tk is for no other).
need_tk() {
    local own=$root/.venv/bin/python
    [[ -x $own ]] && has_tk "$own" && return 0
    tk_python >/dev/null || apt_install python3-tk || return 1
    if ! tk_python >/dev/null; then
        say "no Python 3.11 or newer with Tk and Xft was found: the window will not work"
        return 0
    fi
    if [[ -x $own ]] && ! has_tk "$own"; then
        say "$root/.venv has no Tk: it is made again"
        drop_bad_venv || return 1
    fi
}

# Debian splits ensurepip from python3; without it `python3 -m venv` leaves a half-made folder.
need_venv_module() {
    local python
    if ! python=$(tk_python || find_python 8); then
        apt_install python3 python3-venv || return 1
    elif ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        apt_install python3-venv || return 1
    fi
}

venv_is_good() {
    "$root/.venv/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# Only what is plainly a virtual environment is ever removed.
drop_bad_venv() {
    [[ -e $root/.venv || -L $root/.venv ]] || return 0
    if [[ -L $root/.venv || ! -f $root/.venv/pyvenv.cfg ]]; then
        say "$root/.venv is not a usable virtual environment: move it away and try again"
        return 1
    fi
    rm -rf -- "$root/.venv"
}

# install_with_uv UV FILE...
install_with_uv() {
    local uv=$1 file
    shift
    venv_is_good ||
        { drop_bad_venv && "$uv" venv --no-project --python "$(tk_python || echo '>=3.11')" .venv; } || return 1
    for file in "$@"; do
        "$uv" pip install --python .venv/bin/python --require-hashes -r "$file" || return 1
    done
}

# install_with_pip FILE...
install_with_pip() {
    local python file
    if ! venv_is_good; then
        python=$(tk_python || find_python 11) || { say "Python 3.11 or newer is needed"; return 1; }
        drop_bad_venv && "$python" -m venv .venv || return 1
    fi
    # An environment made by uv holds no pip.
    .venv/bin/python -m pip --version || .venv/bin/python -m ensurepip || return 1
    for file in "$@"; do
        .venv/bin/python -m pip install --require-hashes -r "$file" || return 1
    done
}

own_uv() {
    local python
    [[ -x .venv-uv/bin/uv ]] && .venv-uv/bin/uv --version && return 0
    python=$(find_python 8) && "$python" -m venv .venv-uv && .venv-uv/bin/python -m pip install uv
}

stamped() {
    local file
    for file in "$@"; do
        cmp -s "$root/$file" "$root/.venv/.stamp-$file" || return 1
    done
    [[ -x $root/.venv/bin/python ]]
}

install_locked() {
    local log=.venv-uv/setup.log file
    # Another process may have finished the same work while this one waited for the lock.
    stamped "$@" && return 0
    : >"$log"
    say "setting up $root/.venv from $*"
    # Older pins may replace newer ones: no stamp is true again until its own file was installed.
    rm -f -- .venv/.stamp-*
    if command -v uv >/dev/null && install_with_uv uv "$@" >>"$log" 2>&1; then
        :
    else
        need_venv_module || return 1
        { own_uv && install_with_uv .venv-uv/bin/uv "$@"; } >>"$log" 2>&1 ||
            install_with_pip "$@" >>"$log" 2>&1 ||
            { say "set-up failed, see $root/$log"; return 1; }
    fi
    for file in "$@"; do
        cp -- "$file" ".venv/.stamp-$file" || return 1
    done
}

# ensure_venv FILE...: $root/.venv exists with Python >= 3.11 and those requirements files installed.
# The body is a subshell: it keeps the caller's folder, and ends the lock with the work.
ensure_venv() (
    stamped "$@" && exit 0
    cd -- "$root" && mkdir -p .venv-uv || exit 1
    # The caller's interpreter settings are not this environment's, and its input is the command's.
    unset VIRTUAL_ENV PYTHONPATH PYTHONHOME
    exec </dev/null
    # pip compiles what it installs and uv does not; a caller may forbid Python to do so at run time.
    export UV_COMPILE_BYTECODE=1
    # The lock file is never unlinked, else two processes could hold two different locks.
    exec 9>>.venv-uv/lock || exit 1
    flock 9 || exit 1
    install_locked "$@"
)

# Run a command, and show what it said only if it failed. (mkdocs has --quiet, and then --strict counts no warning.)
quietly() {
    local said status
    said=$("$@" 2>&1) || { status=$?; printf '%s\n' "$said" >&2; return "$status"; }
}
