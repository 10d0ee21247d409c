# Each target is enough by itself on a fresh clone: it needs python3 (3.11 or later, with venv) and make, nothing else.
# `make demo PORT=8001 DATA=/some/folder` moves the demo; `make UV=` leaves uv out where it is installed.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo serve test test-long check bench messages env clean

PYTHON ?= python3
UV ?= $(shell command -v uv 2>/dev/null)
BIN := .venv/bin
PORT ?= 8000
# Two processes: what the machines we measure on have.
JOBS ?= 2
# What asks no database server, or starts one of its own, need not run a second time on the system's.
NO_RECORD := $(addprefix --ignore=tests/,lib matching ui config)
PYTEST := $(BIN)/python -m pytest -n $(JOBS) --dist loadfile

help:
	@echo 'make demo        a desk with sample data on http://127.0.0.1:$(PORT)'
	@echo 'make test        the tests (10 minutes at most); COVER=1 says what they run'
	@echo 'make test-long   kills, load, a second PostgreSQL'
	@echo 'make check       format, lint, types, walls between the rooms, documents'
	@echo 'make bench       measurements'
	@echo 'make messages    compile the Vietnamese of locale_src/'
	@echo 'make env         everything for work on the code, into .venv'

demo: .venv/run.stamp
	@$(BIN)/sangto demo --port $(PORT) $(if $(DATA),--data-dir $(DATA))

serve: .venv/run.stamp
	@$(BIN)/sangto serve --port $(PORT) $(if $(DATA),--data-dir $(DATA))

env: .venv/dev.stamp

test: .venv/dev.stamp
	$(PYTEST) -m 'not long' $(if $(COVER),--cov=sangto --cov-report=term:skip-covered) $(ARGS)

test-long: .venv/dev.stamp
	$(BIN)/python tools/on_system_postgres.py -- -n $(JOBS) --dist loadfile -m 'not long and not browser' -q $(NO_RECORD)
	$(BIN)/python -m pytest -m long $(ARGS)

check: .venv/dev.stamp
	$(BIN)/ruff format --check src tests tools benchmarks
	$(BIN)/ruff check src tests tools benchmarks
	$(BIN)/mypy src tests tools
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/test_boundary.py tests/test_architecture.py tests/test_docs.py tests/test_language.py

bench: .venv/dev.stamp
	@for name in $$($(BIN)/sangto bench --list); do echo "== $$name"; $(BIN)/sangto bench $$name --json --out benchmarks/$$name.json || exit 1; done

messages: .venv/dev.stamp
	$(BIN)/python tools/messages.py

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage build

# -- the environment --------------------------------------------------------------------------------------------------

.venv/made.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'Sáng Tỏ needs Python 3.11 or later as `$(PYTHON)`; name another one with `make PYTHON=python3.12 …`.' >&2; exit 1; }
ifeq ($(UV),)
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo 'This Python comes without venv. On Debian and Ubuntu: apt-get install python3-venv' >&2; exit 1; }
	@echo 'Making .venv'
	@$(PYTHON) -m venv .venv
else
	@$(UV) venv --quiet --allow-existing --python "$$(command -v $(PYTHON))" .venv
endif
	@touch $@

# What runs is a part of what the work needs, in the same versions: dev.txt was resolved under run.txt.
.venv/run.stamp: .venv/made.stamp requirements/run.txt pyproject.toml
	@$(call install,requirements/run.txt)
	@touch $@

.venv/dev.stamp: .venv/made.stamp requirements/dev.txt pyproject.toml
	@$(call install,requirements/dev.txt)
	@touch $@ .venv/run.stamp

# The file is its own constraint: an older pip takes the newest release for a package asked for with extras.
ifeq ($(UV),)
install = echo 'Installing $(1)' && \
  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1) -c $(1) && \
  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
else
install = echo 'Installing $(1)' && \
  $(UV) pip install --quiet --python $(BIN)/python --require-hashes -r $(1) -c $(1) && \
  $(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
endif
