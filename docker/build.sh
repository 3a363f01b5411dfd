#!/bin/sh
# Build the image, with Docker or Podman, whichever works here.
#
#   docker/build.sh [TAG]           TAG: lithovoid
#
# From the environment, all optional:
#   ENGINE        docker or podman
#   BASE          base image, Debian 13 or compatible; made with mmdebstrap where none can be pulled
#   CA_BUNDLE     certificates that pip trusts, e.g. of a proxy (default: PIP_CERT, SSL_CERT_FILE)
#   PIP_CONF      pip's configuration, e.g. with a mirror (default: PIP_CONFIG_FILE)
#   APT_SOURCES   a sources.list, e.g. of a mirror
# Exit code 77: nothing here can build images; stderr says why.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
tag=${1:-lithovoid}
official=debian:trixie-slim

engine() {
    for name in ${ENGINE:-docker podman}; do
        if ! command -v "$name" >/dev/null; then
            echo "$name is not installed" >&2
        elif "$name" info >/dev/null 2>&1; then
            echo "$name"
            return
        else
            echo "$name does not work: $("$name" info 2>&1 | tail -n 1)" >&2
        fi
    done
    return 77
}

base() {
    for image in ${BASE:-$official lithovoid-base}; do
        if "$engine" image inspect "$image" >/dev/null 2>&1; then echo "$image"; return; fi
    done
    image=${BASE:-$official}
    if "$engine" pull --quiet "$image" >/dev/null 2>&1; then echo "$image"; return; fi
    if [ -n "${BASE:-}" ] || ! command -v mmdebstrap >/dev/null; then
        echo "$image cannot be pulled: set BASE, or install mmdebstrap to make one" >&2
        return 77
    fi
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    # What the official slim image leaves out is left out here, too.
    mmdebstrap --quiet --variant=minbase --components=main \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --dpkgopt='path-exclude=/usr/share/doc/*' trixie "$folder/base.tar" >&2
    "$engine" import --change 'CMD ["bash"]' "$folder/base.tar" lithovoid-base >/dev/null 2>&1
    echo lithovoid-base
}

secret() {
    if [ -n "$2" ] && [ -s "$2" ]; then echo "--secret id=$1,src=$2"; fi
}

engine=$(engine) || exit
base=$(base) || exit
# Podman's own image format has no health check.
export DOCKER_BUILDKIT=1 BUILDAH_FORMAT=docker
# shellcheck disable=SC2046 # words on purpose; the paths of secrets must have no spaces
exec "$engine" build --network host --build-arg "BASE=$base" --tag "$tag" \
    $(secret ca_bundle "${CA_BUNDLE:-${PIP_CERT:-${SSL_CERT_FILE:-}}}") \
    $(secret pip_conf "${PIP_CONF:-${PIP_CONFIG_FILE:-}}") \
    $(secret apt_sources "${APT_SOURCES:-}") \
    --file "$root/docker/Dockerfile" "$root"
