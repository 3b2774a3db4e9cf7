#!/usr/bin/env bash
# ./build-deb.sh: the Debian package, bcper_VERSION_all.deb beside this file; its path is what is printed.
# It fetches what the package carries once, checked by the sums in requirements.txt (docs/install.md).
self=${BASH_SOURCE[0]}
while [[ -L $self ]]; do
    target=$(readlink -- "$self")
    [[ $target == /* || $self != */* ]] || target=${self%/*}/$target
    self=$target
done
[[ $self == */* ]] || self=./$self
root=$(CDPATH='' cd -P -- "${self%/*}" && pwd -P) || exit 1
# A folder is the caller's, who stands elsewhere.
out=${1:-$root}
[[ $out == /* ]] || out=$PWD/$out
cd -- "$root" || exit 1
# shellcheck source=script/lib.sh
. "$root/script/lib.sh"
mkdir -p .venv-uv || exit 1

if ! command -v dpkg-deb >/dev/null; then
    say "dpkg-deb is missing: a Debian package is built on Debian or Ubuntu (or install dpkg)"
    exit 1
fi
ensure_venv requirements.txt || exit 1
command -v uv >/dev/null || own_uv >>.venv-uv/setup.log 2>&1 || { say "uv cannot be set up, see $root/.venv-uv/setup.log"; exit 1; }

umask 022
# Nothing of this machine's Python settings gets into the package, and nothing is compiled into the sources.
exec env -u PYTHONPATH -u PYTHONHOME PYTHONDONTWRITEBYTECODE=1 LC_ALL=C.UTF-8 \
    "$root/.venv/bin/python" "$root/packaging/debian/make" "$out"
