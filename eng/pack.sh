#!/usr/bin/env bash
# Packs all packages and the templates into a folder that serves as a NuGet source: pack.sh FOLDER [more arguments of dotnet pack].
set -euo pipefail
[ $# -ge 1 ] || { echo "usage: bash eng/pack.sh FOLDER" >&2; exit 2; }
mkdir -p "$1"
folder=$(cd "$1" && pwd)
shift
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

for project in src/*/*.csproj templates/*.csproj; do
  dotnet pack "$project" -c Release -o "$folder" -v quiet "$@"
done
echo "The packages are in $folder. To let NuGet find them: dotnet nuget add source $folder --name ordo-sync"
