# One door for everything; `make` alone lists the targets.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help install demo test static messages bench docs lock clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10

install: .venv/installed ## make .venv with the locked dependencies and the command .venv/bin/ressenti

demo: install ## open the live cockpit of a simulated company, where answers keep arriving
	$(BIN)/ressenti demo

test: static docs ## everything that CI runs
	$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup

static: .venv/installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	PYTHONPATH=. $(BIN)/mypy
	$(BIN)/lint-imports

messages: .venv/installed-dev ## compile the French words of the server
	$(BIN)/pybabel compile --directory src/ressenti/server/locale --domain django --locale fr

bench: .venv/installed-dev ## measure speed and memory side by side with the peers
	$(BIN)/python -m benchmarks

docs: .venv/installed-dev ## build docs/_build/html; a warning is an error
	$(BIN)/sphinx-build --fail-on-warning --keep-going --quiet --fresh-env docs docs/_build/html

# UPGRADE=--upgrade takes the newest versions that pyproject.toml admits; without it only what must change changes.
COMPILE = build/uv/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 $(UPGRADE) \
	--generate-hashes --no-annotate --custom-compile-command "make lock" pyproject.toml
lock: ## pin every dependency by version and hash
	$(PYTHON) -m venv build/uv
	build/uv/bin/python -m pip --disable-pip-version-check --quiet install uv
	$(COMPILE) --extra all --output-file requirements.lock
	$(COMPILE) --extra all --group dev --group docs --constraints requirements.lock --output-file requirements-dev.lock

clean: ## remove everything that the other targets made
	rm -rf .venv build dist docs/_build docs/reference/generated docs/fr/reference/generated

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Ressenti needs Python 3.11 or later: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv

.venv/installed: requirements.lock pyproject.toml | .venv/bin/python
	$(PIP) install --require-hashes --requirement requirements.lock
	$(PIP) install --no-deps --editable .
	@touch $@

.venv/installed-dev: requirements-dev.lock .venv/installed
	$(PIP) install --require-hashes --requirement requirements-dev.lock
	@touch $@
