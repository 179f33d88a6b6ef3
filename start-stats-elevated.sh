#!/bin/sh
# Starts Task Manager Pro with the stats service as root (by sudo or pkexec), so that it can end other users' processes.
# Everything else runs as you. Do not put sudo in front of it: the launcher asks for the rights it needs, and only for that service.
set -eu
if ! command -v node >/dev/null 2>&1; then
  echo "Node.js was not found. Install Node.js 18 or newer with npm and start again." >&2
  exit 1
fi
exec node "$(dirname -- "$0")/scripts/launch.mjs" start --elevated-stats "$@"
