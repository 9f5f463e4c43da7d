# Functions that look for Rust and a sandbox and, asked to, install them. Sourced by eval_setup.sh behind bootstrap.sh;
# needs `yes`, `offline`, `setup_only` and `dry_run` (1 or 0).
# shellcheck shell=bash

# Of edition 2024, which the crates of the data set and the answers of models may use.
LEAST_RUSTC=1.85
RUSTUP_URL=https://sh.rustup.rs

# The current directory may have a toolchain of its own; what a run uses is what `/` has.
ask() { (cd / && "$@" 2>&1); }

# agreed QUESTION: yes by --yes or NONINTERACTIVE, else asked where there is somebody to ask.
agreed() {
  local answer=no
  if [ "$dry_run" = 1 ]; then say "would ask: $1"; return 1; fi
  if [ "$yes" = 1 ]; then answer=yes; elif [ -t 0 ]; then read -r -p "$1 [y/N] " answer; fi
  case $answer in [yY]*) return 0 ;; *) return 1 ;; esac
}

# missing WHAT CAUSE HINT: the end of a run; a dry run goes on to say what else is missing.
missing() {
  if [ "$dry_run" = 1 ]; then say "missing: $1${3:+ ($3)}"; return; fi
  fail 3 "$@"
}

check_rust() {
  local said
  add_cargo_to_path
  if ! command -v rustc > /dev/null || ! command -v cargo > /dev/null; then
    install_rust || { missing "$(command -v rustc > /dev/null && echo cargo || echo rustc) is missing" "" \
      "install Rust with rustup, including clippy and rustfmt, and open a new shell; --yes does it"; return; }
  fi
  for name in rustc cargo; do
    said=$(ask "$name" --version) || { choose_default "$said" && said=$(ask "$name" --version); } \
      || { fail_tool "$name" "$said"; return; }
    if [ "$name" = rustc ]; then check_version "$said"; fi
  done
  said=$(ask cargo clippy --version) || missing "clippy is missing" "$(error_line "$said")" "$(clippy_hint)"
}

# A fresh rustup is not on the PATH of a shell that was open before.
add_cargo_to_path() {
  local bin="${CARGO_HOME:-${HOME:-}/.cargo}/bin"
  if ! command -v rustc > /dev/null && [ -x "$bin/rustc" ]; then
    say "rustc is in $bin, which is not on the PATH: added for this run"
    PATH="$bin:$PATH"
  fi
}

# Below CARGO_HOME and RUSTUP_HOME, and no shell start-up file is edited.
install_rust() {
  local script="$CACHE/rustup-init.sh"
  if [ "$offline" = 1 ]; then say "--offline: Rust is not fetched"; return 1; fi
  agreed "Rust is not installed. Install it with rustup (about 700 MB)?" || return 1
  set -- -y --no-modify-path --profile minimal --component clippy --component rustfmt
  if [ "${CARGO_HOME:-}" = "$CACHE/cargo" ] && [ ! -d "${RUSTUP_HOME:-}" ]; then export RUSTUP_HOME="$CACHE/rustup"; fi
  say "installing Rust with rustup into ${CARGO_HOME:-${HOME:-}/.cargo}"
  if command -v rustup-init > /dev/null; then
    rustup-init "$@" >&2 || fail 3 "could not install Rust" "rustup-init failed, see above" "https://rustup.rs"
  else
    mkdir -p "$CACHE"
    { curl --proto '=https' --tlsv1.2 -sSf "$RUSTUP_URL" -o "$script" || wget -qO "$script" "$RUSTUP_URL"; } 2> /dev/null \
      || fail 3 "could not fetch rustup" "$RUSTUP_URL does not answer, or curl and wget are missing" "https://rustup.rs"
    sh "$script" "$@" >&2 || fail 3 "could not install Rust" "rustup failed, see above" "https://rustup.rs"
  fi
  PATH="${CARGO_HOME:-${HOME:-}/.cargo}/bin:$PATH"
  command -v rustc > /dev/null && command -v cargo > /dev/null
}

is_without_default() {
  case $1 in *"no default is configured"* | *"no default toolchain"*) return 0 ;; *) return 1 ;; esac
}

# choose_default OUTPUT: give a rustup without a default toolchain one, if that is the trouble and it is agreed to.
choose_default() {
  is_without_default "$1" && command -v rustup > /dev/null && [ "$offline" = 0 ] || return 1
  agreed "rustup has no default toolchain. Run \`rustup default stable\`?" || return 1
  rustup default stable >&2 && rustup component add clippy rustfmt >&2
}

# fail_tool NAME OUTPUT: rustc and cargo may be rustup's stand-ins, and rustup have nothing to run.
fail_tool() {
  if is_without_default "$2"; then
    missing "rustup has no default toolchain" "$(error_line "$2")" "rustup default stable"
  else
    missing "$1 does not work" "$(error_line "$2")" "try: $1 --version"
  fi
}

# check_version "rustc 1.90.0 (...)": what cannot be read is let pass, and told by the run.
check_version() {
  local found
  found=$(sed -n 's/^rustc \([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' <<< "$1")
  if [ -z "$found" ]; then return; fi
  if [ $((${found%.*} * 1000 + ${found#*.})) -lt $((${LEAST_RUSTC%.*} * 1000 + ${LEAST_RUSTC#*.})) ]; then
    missing "rustc $found is too old" "$LEAST_RUSTC or newer is needed" "rustup update stable; or unset what chooses this one"
  fi
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
  local install="apt-get install bubblewrap firejail"
  # Where a root without a terminal runs this, a container is being made.
  if { [ "$(id -u)" = 0 ] && [ ! -t 0 ] && [ "$dry_run" = 0 ]; } || agreed "No sandbox found. Run \`$install\` now?"; then
    apt_install bubblewrap firejail || fail 3 "could not install a sandbox" \
      "$(tail -n 1 "$ROOT/.apt.log" 2> /dev/null || echo 'needs apt-get, and root or sudo without a password')" \
      "as root: $install"
    return
  fi
  missing "no sandbox found: model-written code and crates' build scripts are only run inside one" "" "as root: $install"
}

# check_gpu SETTINGS_FILE: what a run on a GPU lacks is said now, not after gigabytes. Where only the environment is made,
# or SKIP_ENV_CHECK asks for it, it is no more than a warning. The run itself asks torch and the hub.
check_gpu() {
  local need have="" cause skip=${SKIP_ENV_CHECK:-} token="${HF_TOKEN_PATH:-${HF_HOME:-${XDG_CACHE_HOME:-${HOME:-}/.cache}/huggingface}/token}"
  need=$(sed -n 's/^needs_gpu_mib: *\([0-9][0-9_]*\).*/\1/p' "$1")
  need=${need//_/}
  if [ -z "$need" ]; then return; fi
  if command -v nvidia-smi > /dev/null; then
    have=$(nvidia-smi --query-gpu=memory.total --format=csv,noheader,nounits 2> /dev/null \
      | awk '/^[0-9]+$/ && $1 > most { most = $1 } END { print most }' || true)
  fi
  cause="nvidia-smi lists ${have:-none}${have:+ MiB at most}"
  case "${CUDA_VISIBLE_DEVICES-0}" in "" | -1 | -1,*) have="" cause="CUDA_VISIBLE_DEVICES hides all GPUs" ;; esac
  if [ "${have:-0}" -lt "$need" ]; then
    case "$setup_only ${skip,,}" in
      "0 " | "0 0" | "0 false" | "0 no" | "0 off")
        missing "no CUDA GPU with $need MiB found" "$cause" \
          "use --profile local, or --setup-only to make the environment all the same" ;;
      *) say "warning: no CUDA GPU with $need MiB found" ;;
    esac
  fi
  if [ "$offline" = 0 ] && [ -z "${HF_TOKEN:-}" ] && [ ! -s "$token" ]; then
    say "warning: no token for the model hub found (HF_TOKEN, or \`hf auth login\`): gated models, as Llama's, need one"
  fi
}

# check_settings WORDS: a wrong --set or variable is reported now, not after the download.
check_settings() {
  local python="$VENV/bin/python" name
  if [ ! -x "$python" ]; then
    python=""
    for name in "${SIGIL_PYTHON:-}" python3.12 python3.13 python3.11 python3; do
      if [ -n "$name" ] && command -v "$name" > /dev/null && is_new_enough "$name"; then python=$name; break; fi
    done
  fi
  if [ -z "$python" ]; then return; fi
  PYTHONPATH="$ROOT/packages/sigil-common/src:$ROOT/packages/lambda-package/src" PYTHONDONTWRITEBYTECODE=1 \
    "$python" "$ROOT/scripts/check_settings.py" "$@" || exit $?
}

# detach WORDS: run this script again with these words, in tmux or else in a session of its own, and say how to look.
detach() {
  local name log command
  name="sigil-$(date +%m%d-%H%M%S)"
  log="$ROOT/runs/$name.log"
  mkdir -p "$ROOT/runs" || fail 3 "cannot write to $ROOT/runs" "" "clone to a place that you may write to"
  command="cd $(printf %q "$start_dir") && { bash $(printf '%q ' "$ROOT/eval_setup.sh" "$@"); echo \"exit code \$?\"; } 2>&1"
  if command -v tmux > /dev/null; then
    # A server of its own: one that runs already would not have this shell's environment.
    tmux -L "$name" new-session -d -s "$name" "$command | tee -i -a $(printf %q "$log")" \
      || fail 3 "tmux could not start" "see the message above" "leave --detach out"
    say "running in tmux session $name"
    say "look: tmux -L $name attach    (leave it: Ctrl-B, then D)"
    say "stop: tmux -L $name send-keys C-c    (the same command continues later)"
  elif command -v setsid > /dev/null; then
    setsid bash -c "echo \$\$ > $(printf %q "$log.pid"); $command" >> "$log" < /dev/null &
    while [ ! -s "$log.pid" ] && kill -0 $! 2> /dev/null; do sleep 0.05; done
    say "running in session $name, process group $(cat "$log.pid")"
    say "stop: kill -TERM -- -$(cat "$log.pid")    (the same command continues later)"
  else
    fail 3 "neither tmux nor setsid is installed" "" "apt-get install tmux; or leave --detach out"
  fi
  say "log: tail -f $log"
}
