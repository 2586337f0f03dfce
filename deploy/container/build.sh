#!/bin/sh
# Builds the image with podman: deploy/container/build.sh [TAG]. The same commit,
# versions of Go and podman, and certificate authorities make the same image, to the
# byte, whoever builds it and where.
set -eu
tag=${1:-ferngate}
cd "$(dirname "$0")/../.."

into=.build/image
rm -rf "$into"
mkdir -p "$into"
CGO_ENABLED=0 go build -trimpath -buildvcs=true -ldflags='-s -w -buildid=' -o "$into/ferngate" ./cmd/ferngate
cp "${CA_CERTIFICATES:-/etc/ssl/certs/ca-certificates.crt}" "$into/ca-certificates.crt"

# The time is the commit's, not that of the build.
podman build --timestamp "$(git log -1 --format=%ct)" --identity-label=false \
  --build-arg "VERSION=$("$into/ferngate" version | cut -d' ' -f2)" \
  --build-arg "REVISION=$(git rev-parse HEAD)" \
  -f deploy/container/Containerfile -t "$tag" "$into"
