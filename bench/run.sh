#!/bin/sh
# Measures Waybill and the peers of bench/peers in turn, on this machine only, and prints their ratios.
#
#   bench/run.sh [rounds] [seconds] [work,work,…]        default: 5 30 start,message,rate,read,fanout
#
# WAYBILL  the binary (target/release/waybill; build it with `cargo xtask build`)
# DATA     where every server keeps its data: a real disk, not memory (/var/tmp)
# LIMIT    after so many seconds everything is ended (7200)
#
# A peer whose programs are missing is left out, and that is said. Every measurement is one line of JSON; the table
# comes last.
set -eu

rounds=${1:-5}
seconds=${2:-30}
work=${3:-start,message,rate,read,fanout}
here=$(cd "$(dirname "$0")" && pwd)
waybill=${WAYBILL:-$here/../target/release/waybill}
data=$(mktemp -d "${DATA:-/var/tmp}/waybill-compare.XXXXXX")
bun_pid= node_pid= postgres=

as_nobody() {
    # PostgreSQL does not run as root.
    if [ "$(id -u)" = 0 ]; then setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"; else "$@"; fi
}

clean_up() {
    [ -z "$bun_pid" ] || kill "$bun_pid" 2>/dev/null || true
    [ -z "$node_pid" ] || kill "$node_pid" 2>/dev/null || true
    [ -z "$postgres" ] || as_nobody "$postgres/pg_ctl" -D "$data/pg" -m fast stop >/dev/null 2>&1 || true
    rm -rf "$data"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

wait_for() {
    # $1: a log, $2: what it says once the server listens
    tries=0
    until grep -q "$2" "$1" 2>/dev/null; do
        tries=$((tries + 1))
        if [ "$tries" -gt 300 ]; then
            echo "no server came up; its log:" >&2
            cat "$1" >&2
            exit 1
        fi
        sleep 0.1
    done
}

if [ ! -x "$waybill" ]; then
    echo "$waybill is missing: cargo xtask build" >&2
    exit 1
fi
chmod 755 "$data"
set --

bun=$here/peers/bun-sqlite/node_modules/.bin/bun
if [ -x "$bun" ]; then
    DATA="$data/bun.db" PORT=17101 "$bun" "$here/peers/bun-sqlite/server.js" >"$data/bun.log" 2>&1 &
    bun_pid=$!
    wait_for "$data/bun.log" "listens on"
    set -- "$@" --peer "plain=ws://127.0.0.1:17101,$bun_pid"
else
    echo "left out: Bun with SQLite (npm ci in bench/peers/bun-sqlite)" >&2
fi

for folder in /usr/lib/postgresql/*/bin; do
    [ -x "$folder/initdb" ] && postgres=$folder
done
if [ -n "$postgres" ] && [ -d "$here/peers/socketio-postgres/node_modules/socket.io" ]; then
    mkdir "$data/pg"
    [ "$(id -u)" != 0 ] || chown nobody:nogroup "$data/pg"
    as_nobody "$postgres/initdb" -D "$data/pg" -A trust -U peer >"$data/initdb.log"
    as_nobody "$postgres/pg_ctl" -D "$data/pg" -w -l "$data/pg/log" -o "-p 17103 -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c shared_buffers=512MB -c max_wal_size=4GB" start >/dev/null
    "$postgres/createdb" -h 127.0.0.1 -p 17103 -U peer peer
    DATABASE_URL=postgres://peer@127.0.0.1:17103/peer PORT=17102 node "$here/peers/socketio-postgres/server.js" >"$data/node.log" 2>&1 &
    node_pid=$!
    wait_for "$data/node.log" "listens on"
    set -- "$@" --peer "socketio=ws://127.0.0.1:17102,$node_pid"
else
    postgres=
    echo "left out: Socket.IO with PostgreSQL (npm ci in bench/peers/socketio-postgres; Debian's postgresql)" >&2
fi

timeout "${LIMIT:-7200}" "$waybill" bench compare --rounds "$rounds" --seconds "$seconds" --work "$work" --data "$data" "$@"
