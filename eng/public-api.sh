#!/usr/bin/env bash
# Brings every package's PublicAPI.Unshipped.txt up to date with its code. Read the difference before you commit it.
set -euo pipefail
cd "$(dirname "$0")/.."
for project in src/*/; do
  printf '#nullable enable\n' > "$project/PublicAPI.Unshipped.txt"
  CI=true dotnet format analyzers "$project" --diagnostics RS0016 --severity warn --no-restore 2>&1 | grep -v "loading the workspace" || true
done
git diff --stat -- 'src/*/PublicAPI.Unshipped.txt'
