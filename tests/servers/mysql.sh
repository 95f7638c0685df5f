# shellcheck shell=bash
# shellcheck disable=SC2154 # servers_dir, password and multiarch are set in common.sh
# MySQL: in Debian only in unstable, unpacked with its own C library; on Ubuntu the release's own version.

mysql_install() {
    if [ "$(. /etc/os-release && echo "$ID")" = ubuntu ]; then
        unpack_system mysql "$(private_apt system apt-cache depends mysql-server-core |
            sed -n 's/.*Depends: \(mysql-server-core-[0-9.]*\)$/\1/p;s/^ *<*\(mysql-server-core-[0-9.]*\)>*$/\1/p' | head -n1 | grep . || echo mysql-server-core-8.0)"
        mysql_runs_in=in_system
    else
        unpack_suite mysql sid 'mysql-server-core|libc6$|libgcc-s1|libstdc|libaio1|libgoogle-perftools|libtcmalloc|libicu|liblz4-1|libnuma1|libprotobuf-lite|libssl|libzstd1|zlib1g|libunwind|liblzma|libxxhash' mysql-server-core
        mysql_runs_in=in_suite
    fi
}

mysql_start() {
    local name=$1 dir=$servers_dir/$1 prefix=$servers_dir/cache/mysql command_line user
    user=$(id -un)
    local settings=(
        --no-defaults "--user=$user" "--basedir=$prefix/usr" "--datadir=$dir/data"
        "--lc-messages-dir=$prefix/usr/share/mysql" "--character-sets-dir=$prefix/usr/share/mysql/charsets"
        "--plugin-dir=$prefix/usr/lib/mysql/plugin" --secure-file-priv=NULL --mysqlx=0 --skip-log-bin
        --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 --innodb-flush-method=nosync
    )
    if [ ! -d "$dir/data/mysql" ]; then
        rm -rf "$dir/data"
        "$mysql_runs_in" mysql usr/sbin/mysqld "${settings[@]}" --initialize-insecure
        "${command_line[@]}" >"$dir/init.log" 2>&1 </dev/null 9>&- || {
            cat "$dir/init.log" >&2
            return 1
        }
    fi
    cat >"$dir/init.sql" <<SQL
ALTER USER 'root'@'localhost' IDENTIFIED BY '$password';
CREATE USER IF NOT EXISTS 'root'@'%' IDENTIFIED BY '$password';
GRANT ALL ON *.* TO 'root'@'%' WITH GRANT OPTION;
SQL
    "$mysql_runs_in" mysql usr/sbin/mysqld "${settings[@]}" "--port=$(port_of "$name")" --bind-address=127.0.0.1 \
        "--socket=$dir/socket" "--init-file=$dir/init.sql" --skip-name-resolve --local-infile=1 \
        --max-connections=300 --default-time-zone=+00:00
    start_process "$name" "${command_line[@]}"
    wait_until_ready "$name" 60 mysql_answers "$name"
}

mysql_answers() {
    "$servers_dir/bin/mariadb" --no-defaults --protocol=tcp -h 127.0.0.1 -P "$(port_of "$1")" -u root "-p$password" -e 'SELECT 1'
}

mysql_url() { echo "mysql://root:$password@127.0.0.1:$(port_of "$1")/"; }
