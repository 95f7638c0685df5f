# shellcheck shell=bash
# shellcheck disable=SC2154 # servers_dir, password and multiarch are set in common.sh
# pgbouncer in transaction mode, in front of the PostgreSQL whose URL it is given: where session locks do not hold.

pgbouncer_install() { unpack_system pgbouncer pgbouncer; }

pgbouncer_start() {
    local target=$1 name=$2 dir=$servers_dir/$2 command_line
    [[ $target =~ ^postgres(ql)?://([^:@/]+)(:([^@/]*))?@([^:/?]+):?([0-9]*)([/?]|$) ]] ||
        die "pgbouncer needs a URL with user and host"
    printf '"%s" "%s"\n' "${BASH_REMATCH[2]}" "${BASH_REMATCH[4]}" >"$dir/users"
    cat >"$dir/pgbouncer.ini" <<SETTINGS
[databases]
* = host=${BASH_REMATCH[5]} port=${BASH_REMATCH[6]:-5432}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $(port_of "$name")
unix_socket_dir =
auth_type = scram-sha-256
auth_file = $dir/users
pool_mode = transaction
max_client_conn = 200
default_pool_size = 10
ignore_startup_parameters = extra_float_digits
SETTINGS
    in_system pgbouncer usr/sbin/pgbouncer "$dir/pgbouncer.ini"
    if [ "$(id -u)" = 0 ]; then # it does not run as root
        chown -R postgres: "$dir"
        command_line=(setpriv --reuid=postgres --regid=postgres --clear-groups "${command_line[@]}")
    fi
    start_process "$name" "${command_line[@]}"
    wait_until_ready "$name" 20 listening "$(port_of "$name")"
}

pgbouncer_url() {
    local credentials
    credentials=$(sed -n '1s/^"\(.*\)" "\(.*\)"$/\1:\2/p' "$servers_dir/$1/users")
    echo "postgres://$credentials@127.0.0.1:$(port_of "$1")/postgres"
}
