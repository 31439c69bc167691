# A PostgreSQL server for the tests: one that answers, else one of our own for the time of the run.
# shellcheck shell=sh
# shellcheck disable=SC2154 # `postgres_url` and PYTHON come from the script that sources this

postgres_dir=
postgres_bin=

# Does this address lead to a server where we may make databases?
may_create_databases() {
  "$PYTHON" - "$1" <<'END' 2>/dev/null
import sys
import psycopg
with psycopg.connect(sys.argv[1], connect_timeout=3) as connection:
    row = connection.execute("SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user").fetchone()
sys.exit(not row[0])
END
}

# Sets postgres_url, to what was given, what answers, or what was started.
use_postgres() {
  if [ -n "$postgres_url" ]; then
    may_create_databases "$postgres_url" && return 0
    die "The PostgreSQL server that was named does not answer, or refuses to make databases."
  fi
  user=$(id -un)
  for candidate in "postgresql://$user@127.0.0.1:5432/postgres" "postgresql://postgres@127.0.0.1:5432/postgres"; do
    if may_create_databases "$candidate"; then
      say "PostgreSQL: using the server at 127.0.0.1:5432"
      postgres_url=$candidate
      return 0
    fi
  done
  start_postgres
}

# A throw-away cluster. It stands in the directory for temporary files, because the user `postgres`, as which root has
# to run it, need not be able to read the checkout.
start_postgres() {
  find_postgres_bin || need_packages postgresql && find_postgres_bin || return 1
  postgres_dir=$(mktemp -d "${TMPDIR:-/tmp}/footing-postgres.XXXXXX")
  port=$("$PYTHON" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  [ "$(id -u)" != 0 ] || chown postgres: "$postgres_dir"
  say "PostgreSQL: starting a server of our own on port $port"
  as_postgres "$postgres_bin/initdb -D $postgres_dir/data -U footing --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync" >/dev/null || return 1
  as_postgres "$postgres_bin/pg_ctl -D $postgres_dir/data -l $postgres_dir/log -w -o '-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$postgres_dir -c fsync=off -c full_page_writes=off -c synchronous_commit=off' start" >/dev/null || return 1
  postgres_url=postgresql://footing@127.0.0.1:$port/postgres
  may_create_databases "$postgres_url"
}

stop_postgres() {
  [ -n "$postgres_dir" ] || return 0
  as_postgres "$postgres_bin/pg_ctl -D $postgres_dir/data -m immediate stop" >/dev/null 2>&1 || :
  rm -rf "$postgres_dir"
  postgres_dir=
}

find_postgres_bin() {
  for directory in /usr/lib/postgresql/*/bin; do
    [ -x "$directory/initdb" ] && postgres_bin=$directory
  done
  [ -n "$postgres_bin" ]
}

# PostgreSQL refuses to run as root.
as_postgres() {
  if [ "$(id -u)" = 0 ]; then
    (cd / && su postgres -s /bin/sh -c "$1")
  else
    sh -c "$1"
  fi
}
