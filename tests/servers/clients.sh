# shellcheck shell=bash
# shellcheck disable=SC2154 # servers_dir, password and multiarch are set in common.sh
# The clients by which tests judge from outside what Groundplan did.

clients_install() {
    local program psql pg_dump sqlite3 command_line
    # MySQL's and MariaDB's client. Debian's own package of it brings no service.
    unpack_system clients mariadb-client mariadb-client-core
    for program in mariadb mariadb-dump; do
        in_system clients "usr/bin/$program"
        # MySQL's way to log in is a plugin of the client library.
        command_line=(env "MARIADB_PLUGIN_DIR=$servers_dir/cache/clients/usr/lib/$multiarch/libmariadb3/plugin" "${command_line[@]}")
        wrapper "$program" >/dev/null
    done

    psql=$(postgres_client psql)
    pg_dump=$(postgres_client pg_dump)
    sqlite3=$(sqlite_client)
    publish clients GROUNDPLAN_PSQL "${GROUNDPLAN_PSQL:-$psql}"
    if [ -d "$servers_dir/cache/postgres-client-sid" ]; then
        newest_pg_dump_install
    else
        publish clients GROUNDPLAN_PG_DUMP "${GROUNDPLAN_PG_DUMP:-$pg_dump}"
    fi
    publish clients GROUNDPLAN_MYSQL_CLIENT "${GROUNDPLAN_MYSQL_CLIENT:-$servers_dir/bin/mariadb}"
    publish clients GROUNDPLAN_MYSQL_DUMP "${GROUNDPLAN_MYSQL_DUMP:-$servers_dir/bin/mariadb-dump}"
    publish clients GROUNDPLAN_SQLITE3 "${GROUNDPLAN_SQLITE3:-$sqlite3}"
}

# The client of the release's own PostgreSQL; Debian's /usr/bin/psql is a script that chooses one.
postgres_client() {
    local version command_line
    version=$(postgres_default_version)
    if [ -x "/usr/lib/postgresql/$version/bin/$1" ]; then
        echo "/usr/lib/postgresql/$version/bin/$1"
    else
        unpack_system "postgres-client" "postgresql-client-$version"
        in_system postgres-client "usr/lib/postgresql/$version/bin/$1"
        wrapper "$1"
    fi
}

sqlite_client() {
    local command_line
    if command -v sqlite3 >/dev/null; then
        command -v sqlite3
    else
        unpack_system sqlite sqlite3
        in_system sqlite usr/bin/sqlite3
        wrapper sqlite3
    fi
}

# A pg_dump that is as new as the newest server: it dumps all the older ones too.
newest_pg_dump_install() {
    local command_line version file
    unpack_suite postgres-client-sid sid 'postgresql-client-[0-9]|lib(c6$|com-err|crypt1|gcc-s1|gssapi|k5crypto|keyutils|krb5|ldap2|lz4-1|pq5|readline|sasl2-2|ssl|tinfo|xxhash|zstd1)|zlib1g' postgresql-client
    version=$(find "$servers_dir/cache/postgres-client-sid/usr/lib/postgresql" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort -n | tail -n1)
    in_suite postgres-client-sid "usr/lib/postgresql/$version/bin/pg_dump"
    file=$(wrapper pg_dump-newest)
    publish clients GROUNDPLAN_PG_DUMP "${GROUNDPLAN_PG_DUMP:-$file}"
}
