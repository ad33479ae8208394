#!/bin/sh
# Installs the venv module where a distribution ships Python without it; else says what to install.
set -eu
python=$1
version=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "fetching $version, which this Python lacks ..."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$version" >/dev/null
    exit 0
fi
echo "Python's venv module is missing. Install it (Debian: apt-get install $version) and run make again." >&2
exit 1
