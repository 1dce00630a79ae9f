#!/usr/bin/env bash
# Builds everything and runs all tests. Needs the .NET 10 SDK, and writes nothing outside the repository and temporary folders, except
# that it installs PostgreSQL, Node.js and Chromium where they are missing (eng/postgresql.sh, eng/s3.sh, eng/browser.sh).
# ORDO_DATA names a folder with the real data sets; without it the tests that can use them make their own.
set -uo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

bash eng/postgresql.sh || exit 1
bash eng/s3.sh || exit 1

# Where Chromium cannot be installed here, the browser tests fail and say what they lack.
[ "${ORDO_SKIP_BROWSER_TESTS:-}" = 1 ] || bash eng/browser.sh || true
dotnet build Ordo.Sync.sln -c Release || exit 1

log=$(mktemp)
trap 'rm -f "$log"' EXIT
dotnet test --solution Ordo.Sync.sln -c Release --no-build --no-progress 2>&1 | tee "$log"
status=${PIPESTATUS[0]}

passed=$(sed -nE 's/^ *succeeded: ([0-9]+).*/\1/p' "$log" | tail -n 1)
failed=$(sed -nE 's/^ *failed: ([0-9]+).*/\1/p' "$log" | tail -n 1)
if [ -z "${passed:-}" ] || [ "$passed" -eq 0 ]; then
  echo "No test was run." >&2
  exit 1
fi

# A crashed test process counts as a failure, even where no test of it was reported as failed.
if [ "$status" -ne 0 ] && [ "${failed:-0}" -eq 0 ]; then
  failed=1
fi

echo "$passed passed, ${failed:-0} failed"
exit "$status"
