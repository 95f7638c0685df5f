# shellcheck shell=bash
# shellcheck disable=SC2154 # servers_dir, password and multiarch are set in common.sh
# Debian packages, downloaded by apt and unpacked into a folder of their own: nothing is installed into the system, so
# no service starts, nothing conflicts with what is there, and no root is needed. apt checks the signatures.

# private_apt SUITE COMMAND…: apt-get or apt-cache with lists of its own. SUITE `system` is the machine's own release;
# any other is that suite from the machine's own Debian source.
private_apt() {
    local suite=$1 command=$2 dir=$servers_dir/cache/apt/$1 options source
    shift 2
    mkdir -p "$dir/lists/partial" "$dir/archives/partial"
    options=(
        -o "Dir::State::Lists=$dir/lists" -o "Dir::Cache::archives=$dir/archives"
        -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o Acquire::Languages=none
        -o APT::Install-Recommends=0 -o APT::Sandbox::User=root -o Acquire::Retries=3
    )
    if [ "$suite" != system ]; then
        source=$(suite_source "$suite") || return 1
        options+=(-o "Dir::Etc::sourcelist=$source" -o Dir::Etc::sourceparts=/dev/null)
    fi
    if [ -z "$(find "$dir" -maxdepth 1 -name updated -mtime -1)" ]; then
        if apt-get "${options[@]}" -qq update >&2 </dev/null; then
            touch "$dir/updated"
        else
            say "apt-get update ($suite) had errors"
        fi
    fi
    "$command" "${options[@]}" "$@" </dev/null
}

# The machine's own Debian source with another suite.
suite_source() {
    local suite=$1 dir=$servers_dir/cache/apt/$1 codename file
    codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
    for file in /etc/apt/sources.list.d/*.sources; do
        [ -f "$file" ] || continue
        awk -v RS= -v ORS='\n\n' -v code="$codename" '$0 ~ "Suites:[^\n]*[ ]" code "([ \n]|$)" && /URIs:[^\n]*debian/' "$file"
    done | sed "s/^Suites:.*/Suites: $suite/; s/^Components:.*/Components: main/" >"$dir/debian.sources"
    if [ -s "$dir/debian.sources" ]; then
        echo "$dir/debian.sources"
        return
    fi
    # deb [options] URI SUITE COMPONENTS
    awk -v code="$codename" -v suite="$suite" '$1 == "deb" && /debian/ {
        for (i = 2; i <= NF; i++) if ($i == code) { $i = suite; NF = i + 1; $(i + 1) = "main"; print }
    }' /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null | head -n1 >"$dir/debian.list"
    [ -s "$dir/debian.list" ] || die "no Debian source in /etc/apt: $suite cannot be had on this system"
    echo "$dir/debian.list"
}

# unpack_system NAME PACKAGE…: the packages and what they need that the system does not have, into cache/NAME.
unpack_system() {
    local name=$1 packages
    shift
    [ ! -d "$servers_dir/cache/$name" ] || return 0
    packages=$(private_apt system apt-get -s install "$@" | awk '$1 == "Inst" { print $2 }') ||
        die "apt cannot say what $* needs"
    # An installed package is not among the `Inst` lines: the named ones are added, so that the folder holds them anyway.
    # shellcheck disable=SC2086 # a list of names
    unpack "$name" system "$(printf '%s\n' $packages "$@" | sort -u)"
}

# unpack_suite NAME SUITE PATTERN PACKAGE…: of all that the packages need, down to the C library, what PATTERN matches,
# into cache/NAME. Its programs are run by `in_suite`.
unpack_suite() {
    local name=$1 suite=$2 pattern=$3 packages
    shift 3
    [ ! -d "$servers_dir/cache/$name" ] || return 0
    packages=$(private_apt "$suite" apt-get -o Dir::State::status=/dev/null -s install "$@" |
        awk '$1 == "Inst" { print $2 }' | sed 's/:.*//' | grep -E "^($pattern)" | sort -u) ||
        die "apt cannot say what $* of $suite needs"
    unpack "$name" "$suite" "$packages"
}

unpack() {
    local name=$1 suite=$2 packages=$3 debs=$servers_dir/cache/debs/$1 deb
    [ -n "$packages" ] || die "apt knows no packages for $name"
    if [ ! -e "$debs/complete" ]; then
        say "downloading $name: $(echo "$packages" | wc -l) packages"
        rm -rf "$debs"
        mkdir -p "$debs"
        # shellcheck disable=SC2086 # a list of names
        (cd "$debs" && private_apt "$suite" apt-get -qq download $packages >&2) || die "apt-get download failed for $name"
        touch "$debs/complete"
    fi
    # Before Debian 13 some packages still have their libraries in /lib, which is a link to /usr/lib in a system.
    rm -rf "$servers_dir/cache/$name.partial"
    mkdir -p "$servers_dir/cache/$name.partial"
    for deb in "$debs"/*.deb; do
        dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$servers_dir/cache/$name.partial" --no-same-owner \
            --exclude='./usr/share/doc' --exclude='./usr/share/man' --exclude='./usr/share/locale' \
            --exclude='./usr/lib/*/gconv' --transform='flags=rSH;s,^\./\(s\?bin\|lib\)/,./usr/\1/,'
    done
    mv "$servers_dir/cache/$name.partial" "$servers_dir/cache/$name"
}

# in_suite NAME PROGRAM ARGUMENTS…: sets `command_line` to run PROGRAM of the folder with the folder's own C library.
in_suite() {
    local prefix=$servers_dir/cache/$1 program=$2 loader
    shift 2
    loader=$(find "$prefix/usr/lib" -name 'ld-linux-*.so.*' | head -n1)
    command_line=("$loader" --library-path "$prefix/usr/lib/$multiarch" --argv0 "$prefix/$program" "$prefix/$program" "$@")
}

# in_system NAME PROGRAM ARGUMENTS…: sets `command_line` to run PROGRAM of the folder with the system's C library.
in_system() {
    local prefix=$servers_dir/cache/$1 program=$2
    shift 2
    command_line=(env "LD_LIBRARY_PATH=$prefix/usr/lib/$multiarch" "$prefix/$program" "$@")
}

# wrapper NAME: an executable bin/NAME that runs `command_line`; prints its path.
wrapper() {
    local file=$servers_dir/bin/$1
    printf '#!/bin/sh\nexec' >"$file.new"
    printf ' %q' "${command_line[@]}" >>"$file.new"
    # shellcheck disable=SC2016 # for the wrapper's shell
    printf ' "$@"\n' >>"$file.new"
    chmod +x "$file.new"
    mv "$file.new" "$file"
    echo "$file"
}
