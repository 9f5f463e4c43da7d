#!/usr/bin/env bash
# Renew the lock files: exact versions with hashes for Python 3.11 and newer on every platform, no index named.
set -euo pipefail
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/scripts/bootstrap.sh"
find_uv
cd "$ROOT"
ours=()
for name in sigil-common sigil-pipeline sigilderg-finetuner human-eval-rust sigilderg-lambda-package; do
  ours+=(--no-emit-package "$name")
done
for lock in bootstrap local-model base dev oldest vllm deepspeed; do
  extra=()
  case "$lock" in local-model | oldest | deepspeed) extra=(--no-deps) ;; esac
  "$UV" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate "${ours[@]}" \
    ${extra[@]+"${extra[@]}"} --custom-compile-command "make lock" -o "requirements/$lock.txt" "requirements/$lock.in"
done
