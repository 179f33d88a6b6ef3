#!/bin/sh
# Starts Task Manager Pro. Options are those of the launcher: ./start-all.sh --help
set -eu
if ! command -v node >/dev/null 2>&1; then
  echo "Node.js was not found. Install Node.js 18 or newer with npm and start again." >&2
  exit 1
fi
exec node "$(dirname -- "$0")/scripts/launch.mjs" start "$@"
