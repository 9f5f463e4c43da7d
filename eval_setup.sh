#!/usr/bin/env bash
# From a fresh clone to a report: makes the environment, checks the machine, runs every stage.
# Where it runs, nothing outside this directory is changed but caches (and, as root, missing Debian packages).
set -euo pipefail

usage() {
  cat << 'TEXT'
Usage: bash eval_setup.sh [OPTIONS]

Compares a fine-tuned model with its base; where none is given, makes a data set from real crates and tunes one.
Without options: profile `h100` on a CUDA machine with 40 GB or more, otherwise `local` (no GPU needed,
about a quarter of an hour on 2 cores). A second run skips what is done; after an interruption the same
command continues.

Options:
  --profile NAME    settings in configs/eval-NAME.yml: local, local-hour, local-confirm, h100, h100-train
  --config FILE     a settings file of your own
  --set KEY=VALUE   override one setting, as --set sample.max_new_tokens=128 (repeatable)
  --run-dir DIR     where results go (default: runs/<profile>)
  --strict          refuse a Python other than the pinned 3.12.11
  --setup-only      make the environment, check the tools, and stop
  --dry-run         say what is missing and, where the environment is made, what a run would take; touch nothing
  --keep STAGE      leave a stage as it is where nothing but its code has changed (repeatable)
  --max-hours N     refuse a run that is planned to take longer than N hours (default: 8)
  --yes             answer yes to every question: install what is missing, run however long it takes
  --detach          go on in tmux, or in a session of its own, and say how to look and to stop
  --offline         ask no network
  --debug, --quiet  log more, or less
  -h, --help        this text

Environment: SIGIL_PYTHON names the Python to use. NONINTERACTIVE=1 installs what is missing without asking.
SKIP_ENV_CHECK=1 only warns of what the machine lacks. NUM_SAMPLES, K_VALUES, SANDBOX_MODE, BASE_MODEL, CHECKPOINT_PATH,
OUTPUT_DIR and SEED stand for settings; each that is set is named before the run.
Exit codes: 0 fine, 1 bad result, 2 wrong input, 3 environment lacks something, 4 interrupted, 5 internal.
TEXT
}

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/bootstrap.sh
. "$ROOT/scripts/bootstrap.sh"
# shellcheck source=scripts/provision.sh
. "$ROOT/scripts/provision.sh"

setup_only=0 yes=0 strict=0 offline=0 dry_run=0 detached=0 own_need=0 settings_file=""
forwarded=()

read_options() {
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage; exit 0 ;;
      --setup-only) setup_only=1 ;;
      --yes | -y) yes=1; forwarded+=(--yes) ;;
      --dry-run) dry_run=1; forwarded+=(--dry-run) ;;
      --detach) detached=1 ;;
      --offline) offline=1; forwarded+=(--offline) ;;
      --strict) strict=1; forwarded+=(--strict) ;;
      --profile=* | --config=* | --set=* | --run-dir=* | --max-hours=* | --keep=*) set -- "${1%%=*}" "${1#*=}" "${@:2}"; continue ;;
      --profile | --config | --set | --run-dir | --max-hours | --keep)
        [ $# -ge 2 ] || fail 2 "option $1 needs a value" "" "bash eval_setup.sh --help"
        check_option "$1" "$2"
        forwarded+=("$1" "$2")
        shift ;;
      --debug | --quiet | -q) forwarded+=("$1") ;;
      *) fail 2 "unknown option $1" "" "bash eval_setup.sh --help" ;;
    esac
    shift
  done
}

# Typing mistakes are reported now, not after the download.
check_option() {
  case $1 in
    --set) case $2 in needs_gpu_mib=*) own_need=1 ;; esac ;;
    --profile)
      [ -r "$ROOT/configs/eval-$2.yml" ] || fail 2 "unknown profile $2" "no such file: configs/eval-$2.yml" \
        "profiles: $(cd "$ROOT/configs" && printf '%s ' eval-*.yml | sed 's/eval-//g; s/\.yml//g')"
      settings_file="$ROOT/configs/eval-$2.yml" ;;
    --config)
      [ -r "$2" ] && [ -f "$2" ] || fail 2 "cannot read config file $2" "" "check the path"
      settings_file=$2 ;;
  esac
}

# Compiled modules are kept, also where the environment asks Python not to: compiling torch and transformers anew
# takes every stage ten seconds.
unset PYTHONDONTWRITEBYTECODE

start_dir=$PWD
again=()
# find_sampler: what will draw the completions, by the settings of the run
find_sampler() {
  sampler=$("$VENV/bin/python" "$ROOT/scripts/check_settings.py" --which-sampler ${forwarded[@]+"${forwarded[@]}"}) \
    || exit $?
}

read_options "$@"
case ${NONINTERACTIVE:-} in
  "" | 0 | false | no) ;;
  *) yes=1; say "NONINTERACTIVE in the environment: what is missing is installed without asking" ;;
esac
if [ "$offline" = 1 ]; then export UV_OFFLINE=1 PIP_NO_INDEX=1 HF_HUB_OFFLINE=1 CARGO_NET_OFFLINE=true; fi
check_settings ${forwarded[@]+"${forwarded[@]}"}
if [ "$dry_run" = 0 ]; then use_local_caches_if_home_is_read_only; fi
check_rust
check_sandbox
if [ -n "$settings_file" ] && [ "$own_need" = 0 ]; then check_gpu "$settings_file"; fi
if [ "$dry_run" = 1 ]; then
  if ! is_made base; then
    say "environment: would be made in $VENV (about 6 GB); the plan needs it"
    say "environment: where vLLM samples, as with profile h100, $VLLM_VENV would be made as well (about 4 GB)"
    exit 0
  fi
  find_sampler
  if [ "$sampler" = vllm ] && ! is_vllm_made; then
    say "environment: would be made in $VLLM_VENV, for vLLM (about 4 GB to download)"
  fi
elif [ "$detached" = 1 ]; then
  for word in "$@"; do if [ "$word" != --detach ]; then again+=("$word"); fi; done
  detach ${again[@]+"${again[@]}"}
  exit 0
else
  make_env base
  find_sampler
  if [ "$sampler" = vllm ]; then make_vllm_env; fi
fi
if [ "$setup_only" = 1 ]; then say "ready: $VENV/bin/sigilderg-lambda run"; exit 0; fi
cd "$ROOT"
[ "$start_dir" = "$ROOT" ] || say "working in $ROOT"
exec "$VENV/bin/sigilderg-lambda" run ${forwarded[@]+"${forwarded[@]}"}
