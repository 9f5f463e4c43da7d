#!/usr/bin/env bash
# From a fresh clone to a report: makes the environment, checks the machine, runs every stage.
# Where it runs, nothing outside this directory is changed but caches (and, as root, missing Debian packages).
set -euo pipefail

usage() {
  cat << 'TEXT'
Usage: bash eval_setup.sh [OPTIONS]

Makes a data set from real crates, fine-tunes a model on it, and compares the tuned model with its base.
Without options: profile `h100` on a CUDA machine with 40 GB or more, otherwise `local` (no GPU needed,
about a quarter of an hour on 2 cores). A second run skips what is done; after an interruption the same
command continues.

Options:
  --profile NAME    settings in configs/eval-NAME.yml: local, local-hour, h100
  --config FILE     a settings file of your own
  --set KEY=VALUE   override one setting, as --set sample.max_new_tokens=128 (repeatable)
  --run-dir DIR     where results go (default: runs/<profile>)
  --strict          refuse a Python other than the pinned 3.12.11
  --setup-only      make the environment, check the tools, and stop
  --yes             answer yes to every question
  --debug, --quiet  log more, or less
  -h, --help        this text

Environment: SIGIL_PYTHON names the Python to use.
Exit codes: 0 fine, 1 bad result, 2 wrong input, 3 environment lacks something, 4 interrupted, 5 internal.
TEXT
}

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/bootstrap.sh
. "$ROOT/scripts/bootstrap.sh"

setup_only=0
yes=0
forwarded=()

read_options() {
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage; exit 0 ;;
      --setup-only) setup_only=1 ;;
      --yes | -y) yes=1 ;;
      --profile=* | --config=* | --set=* | --run-dir=*) set -- "${1%%=*}" "${1#*=}" "${@:2}"; continue ;;
      --profile | --config | --set | --run-dir)
        [ $# -ge 2 ] || fail 2 "option $1 needs a value" "" "bash eval_setup.sh --help"
        check_option "$1" "$2"
        forwarded+=("$1" "$2")
        shift ;;
      --strict | --debug | --quiet | -q) forwarded+=("$1") ;;
      *) fail 2 "unknown option $1" "" "bash eval_setup.sh --help" ;;
    esac
    shift
  done
}

# Typing mistakes are reported now, not after the download.
check_option() {
  case $1 in
    --profile)
      [ -r "$ROOT/configs/eval-$2.yml" ] || fail 2 "unknown profile $2" "no such file: configs/eval-$2.yml" \
        "profiles: $(cd "$ROOT/configs" && printf '%s ' eval-*.yml | sed 's/eval-//g; s/\.yml//g')" ;;
    --config) [ -r "$2" ] && [ -f "$2" ] || fail 2 "cannot read config file $2" "" "check the path" ;;
  esac
}

# The current directory may have a toolchain of its own; what a run uses is what `/` has.
ask() { (cd / && "$@" 2>&1); }

check_rust() {
  local hint="install Rust with rustup, including clippy and rustfmt, and open a new shell" name said
  for name in rustc cargo; do
    command -v "$name" > /dev/null || fail 3 "$name is missing" "" "$hint"
    said=$(ask "$name" --version) || fail_tool "$name" "$said"
  done
  said=$(ask cargo clippy --version) || fail 3 "clippy is missing" "$(error_line "$said")" "$(clippy_hint)"
}

# fail_tool NAME OUTPUT: rustc and cargo may be rustup's stand-ins, and rustup have nothing to run.
fail_tool() {
  case $2 in
    *"no default is configured"* | *"no default toolchain"*)
      fail 3 "rustup has no default toolchain" "$(error_line "$2")" "rustup default stable" ;;
    *) fail 3 "$1 does not work" "$(error_line "$2")" "try: $1 --version" ;;
  esac
}

# The first line that names an error, or else the first one.
error_line() {
  local line
  line=$(sed -n '/^error: /{s///p;q}' <<< "$1")
  printf '%s' "${line:-${1%%$'\n'*}}"
}

clippy_hint() {
  local rustc
  rustc=$(command -v rustc)
  case $(readlink -f "$rustc") in */rustup*) printf 'rustup component add clippy'; return ;; esac
  if [ -x "${rustc%/*}/rustup" ]; then printf 'rustup component add clippy'; return; fi
  printf 'install the clippy that belongs to this rustc (Debian: apt-get install rust-clippy), or Rust with rustup'
}

check_sandbox() {
  if command -v bwrap > /dev/null || command -v firejail > /dev/null; then return; fi
  local install="apt-get install bubblewrap firejail" answer=no
  if [ "$yes" = 1 ] || { [ "$(id -u)" = 0 ] && [ ! -t 0 ]; }; then
    answer=yes
  elif [ -t 0 ]; then
    read -r -p "No sandbox found. Run \`$install\` now? [y/N] " answer
  fi
  case $answer in
    [yY]*) apt_install bubblewrap firejail || fail 3 "could not install a sandbox" \
      "$(tail -n 1 "$ROOT/.apt.log" 2> /dev/null || echo 'needs root and apt-get')" "as root: $install" ;;
    *) fail 3 "no sandbox found: model-written code and crates' build scripts are only run inside one" "" "as root: $install" ;;
  esac
}

# Compiled modules are kept, also where the environment asks Python not to: compiling torch and transformers anew
# takes every stage ten seconds.
unset PYTHONDONTWRITEBYTECODE

start_dir=$PWD
read_options "$@"
use_local_caches_if_home_is_read_only
check_rust
check_sandbox
make_env base
if [ "$setup_only" = 1 ]; then say "ready: $VENV/bin/sigilderg-lambda run"; exit 0; fi
cd "$ROOT"
[ "$start_dir" = "$ROOT" ] || say "working in $ROOT"
exec "$VENV/bin/sigilderg-lambda" run ${forwarded[@]+"${forwarded[@]}"}
