# Shared by the scripts, which source it after going to the top of the checkout. Plain POSIX sh.
# shellcheck shell=sh

PYTHON=.venv/bin/python

# What the product needs of Debian: a virtual environment, and Pango, which sets the text of reports.
RUNTIME_PACKAGES="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"

say() { printf '%s\n' "$@"; }  # each argument is a line
die() { say "$@" >&2; exit 1; }

# need_packages NAME… : install those that are missing. Asks apt only when something is.
need_packages() {
  command -v dpkg-query >/dev/null 2>&1 || {
    say "This is not Debian: see to it yourself that you have the like of: $*"
    return 0
  }
  missing=
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" = 0 ]; then
    as_root=
  elif command -v sudo >/dev/null 2>&1; then
    as_root=sudo
  else
    say "These packages are missing, and only root can install them:$missing" >&2
    say "  apt-get install --no-install-recommends$missing" >&2
    return 1
  fi
  say "Installing from Debian:$missing"
  $as_root apt-get update -qq || say "apt-get update failed; trying with what is known." >&2
  # shellcheck disable=SC2086 # words are meant
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
}

# Is this a Python we can use: new enough, and able to make a virtual environment?
suits() {
  "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
  for candidate in python3 python3.11 python3.12 python3.13 python3.14 /usr/bin/python3; do
    if suits "$candidate"; then
      say "$candidate"
      return 0
    fi
  done
  return 1
}

# make_venv DIRECTORY PYTHON : unless a working one is there. (One that was copied or whose Python went away is not.)
make_venv() {
  "$1/bin/python" -c 'import pip' >/dev/null 2>&1 && return 0
  say "Making $1 with $("$2" --version)"
  "$2" -m venv --clear "$1"
}

# install_lock DIRECTORY LOCK : exactly what the lock names, checked by hash; nothing if that was done before.
# requirements-dev.lock holds everything that requirements.lock holds, in the same versions.
install_lock() {
  sum=$(sha256sum <"$2")
  grep -qsxF "$2 $sum" "$1/installed" && return 0
  say "Installing Python packages from $2"
  "$1/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r "$2"
  say "$2 $sum" >"$1/installed"
  if [ "$2" = requirements-dev.lock ]; then
    say "requirements.lock $(sha256sum <requirements.lock)" >>"$1/installed"
  fi
}

# prepare_python LOCK : system libraries, .venv, packages.
prepare_python() {
  # shellcheck disable=SC2086 # words are meant
  need_packages $RUNTIME_PACKAGES
  find_python >/dev/null || need_packages python3 python3-venv
  base_python=$(find_python) || die "No Python 3.11 or newer with venv was found."
  make_venv .venv "$base_python"
  install_lock .venv "$1"
}

# Catalogues are compiled here, not committed.
compile_catalogues() {
  for catalogue in */locale/*/LC_MESSAGES/django.po; do
    [ -e "$catalogue" ] || continue
    compiled=${catalogue%.po}.mo
    if [ ! -e "$compiled" ] || [ -n "$(find "$catalogue" -newer "$compiled")" ]; then
      "$PYTHON" -m babel.messages.frontend --quiet compile -i "$catalogue" -o "$compiled" -l "$(basename "$(dirname "$(dirname "$catalogue")")")"
    fi
  done
}
