#!/usr/bin/env bash
# The tests need a sandbox; as root on a Debian machine it is installed, elsewhere the user is told.
set -euo pipefail
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/scripts/bootstrap.sh"
if command -v bwrap > /dev/null && command -v firejail > /dev/null; then exit 0; fi
apt_install bubblewrap firejail && exit 0
command -v bwrap > /dev/null || fail 3 "bubblewrap is missing" "" "as root: apt-get install bubblewrap firejail"
say "firejail is missing, its tests are skipped"
