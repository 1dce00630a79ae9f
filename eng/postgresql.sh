#!/usr/bin/env bash
# Makes sure that PostgreSQL's programs are there for the tests, which start a server of their own: on loopback, on a free port, in a
# temporary folder. Installs Debian's package where they are not; its own server is not set up. Nothing is done where
# ORDO_TEST_POSTGRES names a server.
set -euo pipefail

if [ -n "${ORDO_TEST_POSTGRES:-}" ] || command -v initdb > /dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' > /dev/null; then
  exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo > /dev/null || ! sudo -n true 2> /dev/null; then
    echo "The tests of the PostgreSQL store need PostgreSQL, and only root may install it here." >&2
    echo "Install it (apt-get install postgresql), or name a server: ORDO_TEST_POSTGRES='Host=...;Database=...;Username=...'." >&2
    exit 1
  fi
  as_root=(sudo -n)
fi

if ! command -v apt-get > /dev/null; then
  echo "The tests of the PostgreSQL store need PostgreSQL. Install it, or name a server in ORDO_TEST_POSTGRES." >&2
  exit 1
fi

# Debian's package starts a server of the system; the tests need the programs alone.
if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
  "${as_root[@]}" mkdir -p /etc/postgresql-common
  echo "create_main_cluster = false" | "${as_root[@]}" tee /etc/postgresql-common/createcluster.conf > /dev/null
fi

"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
  -o Dpkg::Options::=--force-confold postgresql > /dev/null
