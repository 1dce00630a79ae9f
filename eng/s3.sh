#!/usr/bin/env bash
# Makes sure that the S3-compatible server of the tests of object storage is there: installs Node.js with the system's package manager
# where it is missing, and the server's packages (npm, as locked) beside the tests. The tests start it on loopback, on a free port.
set -euo pipefail
cd "$(dirname "$0")/.."
server=tests/Ordo.Sync.S3.Tests/Server/node

if ! command -v node > /dev/null || ! command -v npm > /dev/null; then
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo > /dev/null || ! sudo -n true 2> /dev/null; then
      echo "The tests of object storage need Node.js, and only root may install it here: apt-get install nodejs npm." >&2
      exit 1
    fi
    as_root=(sudo -n)
  fi
  if ! command -v apt-get > /dev/null; then
    echo "The tests of object storage need Node.js with npm. Install them." >&2
    exit 1
  fi
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs npm > /dev/null
fi

if [ ! -e "$server/node_modules/.package-lock.json" ] || [ "$server/package-lock.json" -nt "$server/node_modules/.package-lock.json" ]; then
  npm ci --prefix "$server" --ignore-scripts --no-audit --no-fund --loglevel=error
fi
