# shellcheck shell=bash
# shellcheck disable=SC2034 # what the other parts use
# What every server has in common: its folder, its port, its process, and its lines in the env file.

repo_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
servers_dir=${GROUNDPLAN_SERVERS_DIR:-$repo_dir/target/servers}
password=groundplan
multiarch=$(uname -m)-linux-gnu
export DEBIAN_FRONTEND=noninteractive
umask 022

say() { printf 'servers: %s\n' "$*" >&2; }
die() {
    say "error: $*"
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo -n "$@"
    else
        die "needs root or sudo: $*"
    fi
}

# The folder of everything here. PostgreSQL refuses to run as root, so when the caller is root another user must be
# able to reach it: where a parent folder is closed (a checkout in /root), the content is kept elsewhere, behind a link.
prepare_servers_dir() {
    mkdir -p "$servers_dir"
    servers_dir=$(cd "$servers_dir" && pwd -P)
    if [ "$(id -u)" = 0 ]; then
        id postgres >/dev/null 2>&1 || useradd --system --no-create-home --shell /bin/false postgres
        if ! runuser -u postgres -- test -x "$servers_dir"; then
            local open
            open=/var/tmp/groundplan-servers-$(printf '%s' "$servers_dir" | cksum | cut -d' ' -f1)
            mkdir -p "$open"
            rmdir "$servers_dir" 2>/dev/null || die "postgres cannot reach $servers_dir; remove it, or set GROUNDPLAN_SERVERS_DIR"
            ln -s "$open" "$servers_dir"
            servers_dir=$open
        fi
    fi
    mkdir -p "$servers_dir/cache" "$servers_dir/bin" "$servers_dir/env.d"
}

# One caller at a time. Servers are started with the lock's descriptor closed, or they would hold it for ever.
lock_servers_dir() {
    exec 9>"$servers_dir/lock"
    flock -w 900 9 || die "another call holds $servers_dir/lock"
}

listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# The port it had before if that is free, else a random one below the range from which the kernel takes ports itself.
choose_port() {
    local file=$servers_dir/$1/port port try
    if [ "${2:-}" != new ] && [ -s "$file" ] && ! listening "$(cat "$file")"; then
        return
    fi
    for try in $(seq 100); do
        port=$((20000 + (RANDOM * 32768 + RANDOM + try) % 12000))
        if ! listening "$port"; then
            echo "$port" >"$file"
            return
        fi
    done
    die "no free port for $1"
}
port_of() { cat "$servers_dir/$1/port"; }

# A pid can be another process's by now: ours names its folder on its command line.
server_pid() {
    local pid
    pid=$(head -n1 "$servers_dir/$1/pid" 2>/dev/null) || return 1
    [ -n "$pid" ] && [ -r "/proc/$pid/cmdline" ] || return 1
    tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF "$servers_dir/$1/" || return 1
    echo "$pid"
}

is_up() { server_pid "$1" >/dev/null && listening "$(port_of "$1")"; }

# Runs in a session of its own, so that it outlives the shell that started it.
start_process() {
    local name=$1
    shift
    setsid "$@" >>"$servers_dir/$name/log" 2>&1 </dev/null 9>&- &
    echo $! >"$servers_dir/$name/pid"
}

# wait_until_ready NAME SECONDS CHECK…: until CHECK succeeds; fails at once when the process has ended.
wait_until_ready() {
    local name=$1 end=$((SECONDS + $2))
    shift 2
    while [ "$SECONDS" -lt "$end" ]; do
        server_pid "$name" >/dev/null || {
            sleep 0.3 # between fork and exec the command line is not yet the server's
            server_pid "$name" >/dev/null || return 1
        }
        if "$@" >/dev/null 2>&1 </dev/null; then
            return 0
        fi
        sleep 0.1
    done
    return 1
}

# start_server NAME START…: START is called with its own arguments, then NAME; a second try has another port, a third
# one new data (with fsync off, what an unclean end of the machine left may be unusable).
start_server() {
    local name=$1 try
    shift
    mkdir -p "$servers_dir/$name"
    for try in 1 2 3; do
        case $try in
            1) choose_port "$name" ;;
            2) choose_port "$name" new ;;
            3) rm -rf "$servers_dir/$name/data" ;;
        esac
        if "$@" "$name"; then
            return 0
        fi
        stop_server "$name"
    done
    tail -n 20 "$servers_dir/$name/log" >&2 || true
    die "$name does not start: $servers_dir/$name/log"
}

stop_server() {
    local name=$1 pid signal
    signal=TERM
    case $name in
        postgres-*) signal=INT ;; # "fast": does not wait for the clients to leave
    esac
    if pid=$(server_pid "$name"); then
        kill -s "$signal" "$pid" || true
        for _ in $(seq 300); do
            kill -0 "$pid" 2>/dev/null || break
            sleep 0.1
        done
        if server_pid "$name" >/dev/null; then
            say "$name does not stop in 30 s: killed"
            kill -s KILL "$pid" || true
        fi
    fi
    rm -f "$servers_dir/$name/pid" "$servers_dir/env.d/$name".*.env
}

# publish NAME VARIABLE VALUE: a line of NAME in the env file, which is replaced as a whole each time.
publish() {
    printf 'export %s=%q\n' "$2" "$3" >"$servers_dir/env.d/$1.$2.env"
    write_env
}

write_env() {
    local file
    {
        echo "# Written by tests/servers/up; source it."
        for file in "$servers_dir"/env.d/*.env; do
            [ ! -f "$file" ] || cat "$file"
        done
    } >"$servers_dir/env.new"
    mv "$servers_dir/env.new" "$servers_dir/env"
}
