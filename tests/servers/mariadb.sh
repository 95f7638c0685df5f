# shellcheck shell=bash
# shellcheck disable=SC2154 # servers_dir, password and multiarch are set in common.sh
# MariaDB: the release's own version, and a newer one from Debian unstable with its own C library. Both are
# bootstrapped from the SQL files that they bring.

mariadb_install() {
    case $1 in
        system)
            unpack_system mariadb mariadb-server-core
            mariadb_runs_in=in_system
            mariadb_prefix=mariadb
            ;;
        sid)
            unpack_suite mariadb-sid sid 'mariadb-server-core|libc6$|libgcc-s1|libstdc|libaio1|libcrypt1|liblz4-1|liblzma|libncurses|libtinfo|libnuma1|libpcre2|libssl|libsystemd0|liburing|libzstd1|zlib1g|libsnappy|libfmt|libcap2|libgcrypt|libgpg-error|libpmem|libndctl|libdaxctl|libkmod|libudev' mariadb-server-core
            mariadb_runs_in=in_suite
            mariadb_prefix=mariadb-sid
            ;;
    esac
}

mariadb_start() {
    local name=$2 dir=$servers_dir/$2 prefix=$servers_dir/cache/$mariadb_prefix command_line user share
    user=$(id -un)
    share=$(dirname "$(find "$prefix/usr/share" -name mariadb_system_tables.sql -o -name mysql_system_tables.sql | head -n1)")
    local settings=(
        --no-defaults "--user=$user" "--basedir=$prefix/usr" "--datadir=$dir/data" "--tmpdir=$dir"
        "--lc-messages-dir=$share" "--character-sets-dir=$share/charsets"
        "--plugin-dir=$prefix/usr/lib/mysql/plugin"
        --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 --innodb-flush-method=nosync --sync-frm=0
    )
    if [ ! -d "$dir/data/mysql" ]; then
        rm -rf "$dir/data"
        mkdir -p "$dir/data"
        "$mariadb_runs_in" "$mariadb_prefix" usr/sbin/mariadbd "${settings[@]}" --bootstrap --skip-grant-tables --silent-startup \
            --max-allowed-packet=8M --net-buffer-length=16K
        mariadb_bootstrap_sql "$share" | "${command_line[@]}" >"$dir/init.log" 2>&1 9>&- || {
            cat "$dir/init.log" >&2
            rm -rf "$dir/data"
            return 1
        }
    fi
    # The bootstrap makes more roots, without a password, that would match before root@'%'.
    cat >"$dir/init.sql" <<SQL
DROP USER IF EXISTS 'root'@'127.0.0.1', 'root'@'::1';
CREATE USER IF NOT EXISTS 'root'@'localhost' IDENTIFIED BY '$password';
ALTER USER 'root'@'localhost' IDENTIFIED BY '$password';
GRANT ALL ON *.* TO 'root'@'localhost' WITH GRANT OPTION;
CREATE USER IF NOT EXISTS 'root'@'%' IDENTIFIED BY '$password';
GRANT ALL ON *.* TO 'root'@'%' WITH GRANT OPTION;
SQL
    # The performance schema shows metadata locks, which tests measure; MariaDB has it off where MySQL has it on.
    "$mariadb_runs_in" "$mariadb_prefix" usr/sbin/mariadbd "${settings[@]}" "--port=$(port_of "$name")" --bind-address=127.0.0.1 \
        "--socket=$dir/socket" "--init-file=$dir/init.sql" --skip-name-resolve --local-infile=1 \
        --max-connections=300 --default-time-zone=+00:00 --performance-schema=ON \
        --performance-schema-instrument=wait/lock/metadata/sql/mdl=ON
    start_process "$name" "${command_line[@]}"
    wait_until_ready "$name" 60 mysql_answers "$name"
}

# What mariadb-install-db feeds to the server, without what is for the machine's own name.
mariadb_bootstrap_sql() {
    local share=$1 file
    # The bootstrapping server reads one statement per line.
    printf '%s\n' 'CREATE DATABASE IF NOT EXISTS mysql;' 'USE mysql;' 'SET @skip_auth_anonymous=1;' 'SET @auth_root_socket=NULL;'
    for file in system_tables performance_tables system_tables_data sys_schema; do
        find "$share" -maxdepth 1 \( -name "mariadb_$file.sql" -o -name "mysql_$file.sql" \) -exec sed '/@current_hostname/d' {} +
    done
    cat "$share/fill_help_tables.sql" "$share/maria_add_gis_sp_bootstrap.sql"
}

mariadb_url() { echo "mariadb://root:$password@127.0.0.1:$(port_of "$1")/"; }
