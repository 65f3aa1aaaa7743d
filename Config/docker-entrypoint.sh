#!/bin/sh
# Starts the server in a container. Accepts what RustFS's and MinIO's images accept:
#   (nothing)                                serves $MARTLET_VOLUMES, or /data where none are set
#   --flag …                                 the same, with flags
#   /path …                                  serves these folders
#   server /data --console-address :9001     the server's own command line, as MinIO's image takes it
#   martlet …, minio …, rustfs …             likewise, without the program's name
#   any other program on the PATH            runs it, for a look around
set -eu

case "${1-}" in
martlet | minio | rustfs) shift ;;
server | help | version | "" | -* | */* | .* | *\{*) ;;
*) if command -v "$1" >/dev/null 2>&1; then exec "$@"; fi ;;
esac
case "${1-}" in
server) shift ;;
"" | -* | */* | .* | *\{*) ;;
*) exec martlet "$@" ;;
esac

# Lines of volumes to lines of folders: a volume with one range becomes its folders, one with more than one
# range the folder above them, and an address of another machine nothing.
folders() {
    awk '
        !/^(\/|\.\.?\/)/ { next }
        !/\{/ { print; next }
        /\{.*\{/ || !match($0, /\{[0-9]+\.\.\.?[0-9]+\}/) { sub(/\/[^\/]*\{.*/, ""); print ($0 == "" ? "/" : $0); next }
        {
            head = substr($0, 1, RSTART - 1)
            tail = substr($0, RSTART + RLENGTH)
            split(substr($0, RSTART + 1, RLENGTH - 2), ends, /\.\.\.?/)
            for (number = ends[1] + 0; number <= ends[2] + 0; number++)
                printf "%s%0*d%s\n", head, length(ends[1]), number, tail
        }'
}

# The nearest folder that exists has to let us write, or nothing below it can be made.
check_folder() {
    nearest=$1
    while [ ! -e "$nearest" ]; do nearest=$(dirname "$nearest"); done
    if [ -w "$nearest" ] && [ -x "$nearest" ]; then return 0; fi
    owner=$(id -u):$(id -g)
    if [ "$nearest" = / ]; then
        echo "martlet: there is no folder $1, and user $(id -u) may not make it: mount one there" >&2
        return 1
    fi
    cat >&2 <<END
martlet: user $(id -u) may not write to $nearest. Where a folder of the host is mounted there, run on the host
    sudo chown -R $owner FOLDER
and where it is a volume
    docker run --rm --user 0 --entrypoint chown -v VOLUME:$nearest IMAGE -R $owner $nearest
END
    return 1
}

# Volumes are the arguments that are no flag and no flag's value. Of the flags that take a value only those
# matter whose value may look like a folder.
newline='
'
volumes=
is_value=false
for argument; do
    if $is_value; then
        is_value=false
        continue
    fi
    case "$argument" in
    --certs-dir | -S | --tls-path | --access-key-file | --secret-key-file | --secret-key | --config | --kms-key-dir)
        is_value=true
        ;;
    -*) ;;
    */*) volumes=$volumes$argument$newline ;;
    esac
done
if [ -z "$volumes" ]; then
    if [ -z "${MARTLET_VOLUMES:-${RUSTFS_VOLUMES:-${MINIO_VOLUMES:-}}}" ]; then export MARTLET_VOLUMES=/data; fi
    volumes=$(printf '%s\n' "${MARTLET_VOLUMES:-${RUSTFS_VOLUMES:-${MINIO_VOLUMES}}}" | tr ' ,\t' '\n')
fi

list=$(printf '%s\n' "$volumes" | folders)
failed=false
while IFS= read -r folder; do
    if [ -n "$folder" ]; then check_folder "$folder" || failed=true; fi
done <<END
$list
END
if $failed; then exit 1; fi

exec martlet server "$@"
