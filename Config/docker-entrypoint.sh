#!/bin/sh
# Starts the server in a container. Accepts what RustFS's and MinIO's images accept:
#   (nothing)                                serves $MARTLET_VOLUMES
#   --flag …                                 the same, with flags
#   /path …                                  serves these folders
#   server /data --console-address :9001     the server's own command line, as MinIO's image takes it
#   martlet …                                likewise; `minio` and `rustfs` before it are dropped too
#   any other program on the PATH            runs it, for a look around
set -eu

program=${MARTLET_PROGRAM:-martlet}
unset MARTLET_PROGRAM

case "${1-}" in
martlet | minio | rustfs) shift ;;
esac
case "${1-}" in
server | help | version) command=$1 && shift ;;
"" | -* | */* | .*) command=server ;;
*)
    if command -v "$1" >/dev/null 2>&1; then exec "$@"; fi
    command=$1 && shift
    ;;
esac
if [ "$command" != server ]; then exec "$program" "$command" "$@"; fi

# One folder a line. Only the last range of a volume is expanded, which is enough to find the mount point.
folders() {
    printf '%s\n' "$@" | tr ' ,\t' '\n' | awk '
        /^\// || /^\.\.?\// {
            if (match($0, /\{[0-9]+\.\.\.?[0-9]+\}[^{}]*$/) && $0 !~ /\{.*\{/) {
                range = substr($0, RSTART + 1)
                tail = range; sub(/^[^}]*\}/, "", tail); sub(/\}.*/, "", range)
                split(range, ends, /\.\.\.?/)
                for (number = ends[1]; number + 0 <= ends[2] + 0; number++)
                    printf "%s%0*d%s\n", substr($0, 1, RSTART - 1), length(ends[1]), number, tail
            } else if ($0 ~ /\{/) { sub(/\/[^\/]*\{.*/, ""); print }
            else print
        }'
}

# The nearest folder that exists has to let us write, or nothing below it can be made.
check_folder() {
    existing=$1
    while [ ! -e "$existing" ]; do existing=$(dirname "$existing"); done
    if [ -w "$existing" ] && [ -x "$existing" ]; then return 0; fi
    {
        echo "martlet: user $(id -u) may not write to $existing. On the host, run"
        echo "    sudo chown -R $(id -u):$(id -g) <the folder mounted at $existing>"
        echo "or, from here, once as root:"
        echo "    docker run --rm --user 0 --entrypoint chown -v <the folder or volume>:$existing IMAGE -R $(id -u):$(id -g) $existing"
    } >&2
    return 1
}

# Volumes are the arguments that are folders and no flag's value: those flags that take a folder are named.
volumes=
is_value=false
for argument; do
    if $is_value; then is_value=false && continue; fi
    case "$argument" in
    --certs-dir | -S | --tls-path | --access-key-file | --secret-key-file | --config | --kms-key-dir) is_value=true ;;
    -*) ;;
    */*) volumes="$volumes $argument" ;;
    esac
done
: "${volumes:=${MARTLET_VOLUMES:-${RUSTFS_VOLUMES:-${MINIO_VOLUMES:-}}}}"
if [ -z "$volumes" ]; then
    volumes=/data
    export MARTLET_VOLUMES=/data
fi

failed=false
list=$(folders "$volumes")
while IFS= read -r folder; do
    if [ -n "$folder" ]; then check_folder "$folder" || failed=true; fi
done <<END
$list
END
if $failed; then exit 1; fi

exec "$program" server "$@"
