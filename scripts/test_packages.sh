#!/bin/sh
# What the tests use of the system besides Python: a MariaDB server of their own, for the MySQL metadata store.
command -v mariadbd >/dev/null 2>&1 || [ -x /usr/sbin/mariadbd ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "tests: installing system package: mariadb-server"
    # RUNLEVEL=1: install it, start no server; the tests start one with a data folder of their own.
    export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
    apt-get update -qq && apt-get install -y -qq --no-install-recommends mariadb-server >/dev/null && exit 0
fi
echo "tests: no mariadb-server here; the tests of the MySQL metadata store are skipped." >&2
