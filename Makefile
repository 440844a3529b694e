# Everything from the shell; `make help` says what each does.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PORT ?= 5000
VENV := .venv
PYTHON := $(VENV)/bin/python
FLASK := $(VENV)/bin/flask --app wsgi
# The locks name every package with its hashes, so there is nothing to resolve; modules are compiled when first used.
INSTALL := $(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --no-compile
INSTALLED := $(VENV)/installed.stamp
INSTALLED_DEV := $(VENV)/installed-dev.stamp
# Tests to run, and how: `make test TESTS=tests/matcher PYTEST="-x -vv"`.
TESTS ?= tests
PYTEST ?= -n 2 --dist loadgroup -q

.PHONY: help venv run test check drill bench benchpages benchrepairs lock

help:  ## Say what each command does
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

venv: $(INSTALLED)  ## Make .venv with everything that the service needs, and no more; the solver's kernels compiled
	@$(PYTHON) -m matcher.commands.warm

run: $(INSTALLED)  ## Start the service with a demonstration network on 127.0.0.1:PORT (default 5000)
	@PORT=$(PORT) $(PYTHON) start.py

test: $(INSTALLED_DEV)  ## Run all tests, on SQLite and PostgreSQL and in a real browser
	@$(PYTHON) -m tests.browser
	@$(PYTHON) -m pytest $(PYTEST) $(TESTS)

check: $(INSTALLED_DEV)  ## Linters, types, import contracts, templates
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports --no-logo
	@$(VENV)/bin/djlint --quiet --lint webapp/templates

drill: $(INSTALLED_DEV)  ## Load and race drills over HTTP on both engines, about ten minutes; DRILL="accepts" for one
	@$(PYTHON) -m drills $(DRILL)

bench: $(INSTALLED)  ## Benchmarks against peers on the same instances; BENCH="--help" says what can be chosen
	@$(PYTHON) -m benchmarks $(BENCH)

benchpages: $(INSTALLED)  ## Time the pages of a round of 1,000 requests and 3,000 partners; BENCH="--every": each page of each role, its limits
	@$(PYTHON) -m benchmarks.pages $(BENCH)

benchrepairs: $(INSTALLED)  ## Time decline to repaired proposal at 1,000 requests and 3,000 partners; BENCH="--profile" says where it goes
	@$(PYTHON) -m benchmarks.repairs $(BENCH)

lock: $(INSTALLED_DEV)  ## Write requirements.txt and requirements-dev.txt anew from setup.cfg
	@for extra in "" dev; do \
	  $(VENV)/bin/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    $${extra:+--extra $$extra --constraints requirements.txt} setup.cfg --output-file requirements$${extra:+-$$extra}.txt; \
	done

# ---------------------------------------------------------------------------------------------------------------------

$(PYTHON):
	@for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	  if "$$python" -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    exec "$$python" -m venv $(VENV); \
	  fi; \
	done; \
	echo "No Python 3.11 or newer with venv was found: install python3 and python3-venv." >&2; exit 1

$(INSTALLED): requirements.txt | $(PYTHON)
	@echo "Installing what the service needs into $(VENV) ..."
	@$(INSTALL) -r requirements.txt
	@touch $@

$(INSTALLED_DEV): requirements-dev.txt $(INSTALLED)
	@echo "Installing what checks and tests need into $(VENV) ..."
	@$(INSTALL) -r requirements-dev.txt
	@touch $@
