#!/bin/sh
# Makes sure that a mariadbd can be started by the tests: installs Debian's where it is missing, else says what to install.
set -eu
PATH=$PATH:/usr/sbin:/usr/local/sbin
[ -n "${REANIMATOR_TEST_DSN:-}" ] && exit 0
command -v mariadbd >/dev/null 2>&1 && command -v mariadb-install-db >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "fetching mariadb-server for the tests (they start private servers of their own; no system service is started) ..."
    # A policy that answers 101 keeps the package from starting its service.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod +x "$policy"
        trap 'rm -f "$policy"' EXIT
    fi
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq mariadb-server >/dev/null
    exit 0
fi
echo "The tests need MariaDB 10.11 or newer: install mariadb-server (Debian: apt-get install mariadb-server)," >&2
echo "or name a database that may be emptied in REANIMATOR_TEST_DSN, and run make test again." >&2
exit 1
