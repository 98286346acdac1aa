#!/usr/bin/env bash
# The Pulumi CLI and the provider plugins of a deployment, for Linux on x86. .github/tools.sha256 has the hash of each archive.
#   tools.sh record            for maintainers, after an upgrade: writes the hashes. Commit them.
#   tools.sh download FOLDER   for a job without a token: downloads the archives and compares their hashes
#   tools.sh install FOLDER    for a job with a token: compares the hashes again, installs the archives, downloads nothing
set -euo pipefail
cd "$(dirname "$0")/.."

cli=3.274.1
hashes=.github/tools.sha256

# Name and version of each provider that the program's packages use.
list_plugins() {
  node -p 'Object.entries(require("./package.json").dependencies)
    .filter(([name]) => /^@pulumi\/(?!pulumi$|policy$)/.test(name))
    .map(([name, version]) => `${name.slice("@pulumi/".length)} ${version}`)
    .join("\n")'
}

list_archives() {
  echo "pulumi-v$cli-linux-x64.tar.gz"
  list_plugins | while read -r name version; do echo "pulumi-resource-$name-v$version-linux-amd64.tar.gz"; done
}

# Two independent places that publish an archive.
list_addresses() {
  case "$1" in
    pulumi-resource-*)
      local release=${1#pulumi-resource-}
      local name=${release%%-v*} version=${release#*-v}
      echo "https://github.com/pulumi/pulumi-$name/releases/download/v${version%-linux-amd64.tar.gz}/$1"
      echo "https://get.pulumi.com/releases/plugins/$1"
      ;;
    *)
      echo "https://github.com/pulumi/pulumi/releases/download/v$cli/$1"
      echo "https://get.pulumi.com/releases/sdk/$1"
      ;;
  esac
}

fetch() { curl --fail --silent --show-error --location --proto '=https' --retry 3 --output "$2" "$1"; }

hash_of() { openssl dgst -sha256 -r "$1" | cut -d ' ' -f 1; }

record() {
  local archive address found first
  # Not local: it is read when the script ends.
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  for archive in $(list_archives); do
    first=
    for address in $(list_addresses "$archive"); do
      fetch "$address" "$folder/archive"
      found=$(hash_of "$folder/archive")
      if [ -n "$first" ] && [ "$first" != "$found" ]; then
        echo "$archive has the hash $first in one place, and $found at $address. Do not use it; ask Pulumi which is right." >&2
        return 1
      fi
      first=$found
    done
    echo "$first  $archive"
  done > "$folder/hashes"
  mv "$folder/hashes" "$hashes"
  echo "Wrote $hashes. Compare it with the checksums of the releases, and commit it."
}

# Fails where no hash was recorded, so that nothing is installed without one.
expect_hash() {
  local hash
  hash=$(awk -v name="$1" '$2 == name { print $1 }' "$hashes" 2> /dev/null) || true
  if ! [[ $hash =~ ^[0-9a-f]{64}$ ]]; then
    echo "::error::$hashes has no hash of $1. Write it once after an upgrade: bash .github/tools.sh record (docs/operations.md)." >&2
    return 1
  fi
  echo "$hash"
}

verify() {
  local expected
  expected=$(expect_hash "$2")
  if [ "$expected" != "$(hash_of "$1/$2")" ]; then
    echo "::error::$2 does not have the hash in $hashes. It is not installed. If that happens again, find out who changed it." >&2
    return 1
  fi
}

download() {
  local archive addresses
  mkdir -p "$1"
  for archive in $(list_archives); do
    expect_hash "$archive" > /dev/null
    addresses=$(list_addresses "$archive")
    fetch "${addresses%%$'\n'*}" "$1/$archive"
    verify "$1" "$archive"
  done
}

install() {
  local archive
  for archive in $(list_archives); do verify "$1" "$archive"; done
  tar -xzf "$1/pulumi-v$cli-linux-x64.tar.gz" -C "$1"
  list_plugins | while read -r name version; do
    "$1/pulumi/pulumi" plugin install resource "$name" "v$version" --file "$1/pulumi-resource-$name-v$version-linux-amd64.tar.gz"
  done
  if [ -n "${GITHUB_PATH:-}" ]; then echo "$1/pulumi" >> "$GITHUB_PATH"; fi
}

case "${1:-}" in
  record) record ;;
  download | install) "$1" "${2:?the folder of the archives}" ;;
  *)
    sed -n '2,5s/^# //p' "$0"
    exit 2
    ;;
esac
