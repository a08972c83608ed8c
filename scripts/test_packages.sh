#!/bin/sh
# What the tests use of the system besides Python:
# - a MariaDB server of their own, for the MySQL metadata store;
# - a PostgreSQL server of their own, for the datasource that reads one;
# - Chromium, which shows the pages that zenml writes.
missing=""
command -v mariadbd >/dev/null 2>&1 || [ -x /usr/sbin/mariadbd ] || missing="mariadb-server"
command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 \
    || missing="$missing postgresql"
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "tests: installing system packages: $missing"
    # RUNLEVEL=1: install them, start no server; the tests start theirs with a data folder of their own.
    export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
    # shellcheck disable=SC2086 - several names
    apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing >/dev/null && exit 0
fi
echo "tests: not here: $missing; the tests that need it are skipped." >&2
