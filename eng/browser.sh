#!/usr/bin/env bash
# Installs what the browser tests need, Chromium and the font of the pictures, from Debian's packages; does nothing where they are.
# ORDO_CHROMIUM names a Chromium elsewhere, ORDO_SKIP_BROWSER_TESTS=1 skips the tests.
set -euo pipefail

if [ -x "${ORDO_CHROMIUM:-/usr/bin/chromium}" ]; then
  exit 0
fi

if ! command -v apt-get > /dev/null; then
  echo "browser.sh: no apt-get here; install Chromium and name it in ORDO_CHROMIUM." >&2
  exit 1
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! sudo -n true 2> /dev/null; then
    echo "browser.sh: not root, and sudo wants a password; run 'sudo apt-get install chromium fonts-inter'." >&2
    exit 1
  fi
  as_root=(sudo -n)
fi

export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends chromium fonts-inter
