#!/usr/bin/env bash
# Builds the documentation site from docs/ and the packages' XML documentation into artifacts/site. Needs the .NET 10 SDK and a Release build.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

dotnet tool restore
rm -rf artifacts/api artifacts/site
dotnet docfx docfx.json --warningsAsErrors # a dead link is a warning
test -s artifacts/site/index.html
test -s artifacts/site/api/Ordo.Sync.Engine.ISyncEngine.html
echo "The site is in artifacts/site. To read it: dotnet docfx serve artifacts/site"
