# `make` prints the menu. Everything below `setup` works in .venv, which `setup` builds.
SHELL := /bin/bash
ROOT := $(CURDIR)
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := sigil_common sigil_pipeline sigilderg_finetuner human_eval_rust lambda_package
# One more than two cores: tests wait a lot, for processes and limits.
WORKERS ?= 3
LARGE := bitsandbytes, peft, transformers.models.llama.modeling_llama
PATHS := packages tests scripts tools benchmarks
# Compiled modules are kept, also where the environment asks Python not to: compiling torch and transformers anew
# takes every command ten seconds.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup test pytest test-fast lint type bench docs problems rewards lock clean

help:  ## this menu
	@awk -F ':[^#]*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

setup:  ## make .venv with everything that tests and development need
	@ROOT="$(ROOT)" bash -euo pipefail -c '. scripts/bootstrap.sh; use_local_caches_if_home_is_read_only; make_env dev'

test: setup  ## lint, types and all tests, from a bare clone
	@bash scripts/ensure_sandbox.sh
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory -j2 type pytest

# In a new environment every worker would compile torch and transformers for itself, at the same time; and while one
# process does it for all, the other core checks the types.
pytest: setup
	@[ $(VENV)/compiled -nt $(VENV)/installed-dev ] || \
	  { $(BIN)/python -W ignore -c "import $(LARGE)" && touch $(VENV)/compiled; }
	$(BIN)/pytest -n $(WORKERS) --dist worksteal

test-fast: setup  ## the tests that are not marked slow: under a minute on two idle cores
	$(BIN)/pytest -n $(WORKERS) --dist worksteal -m "not slow"

lint: setup  ## style
	$(BIN)/ruff check $(PATHS)
	$(BIN)/ruff format --check $(PATHS)

type: setup  ## strict types
	$(BIN)/mypy $(addprefix -p ,$(PACKAGES))

bench: setup  ## speed claims, each as a ratio against a baseline of the same run
	@for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python "$$script" || exit 1; done

docs: setup  ## regenerate what is generated: CLI reference, schemas, tables
	$(BIN)/python scripts/generate_docs.py

problems: setup  ## rebuild the problem sets, their checksums and figures, from data/problems
	$(BIN)/python scripts/generate_problems.py

rewards: setup  ## judge greedy answers again for docs/REWARDS.md; takes some minutes
	$(BIN)/python scripts/generate_rewards.py

lock:  ## renew requirements/*.txt from their .in files
	@bash scripts/lock.sh

clean:  ## remove caches; keeps .venv, models and runs
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
