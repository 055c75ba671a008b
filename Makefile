# Two commands do everything on a machine with Python (3.11 or newer) and make:
#   make brief   the brief of the day, from nothing
#   make test    every check and every test, from nothing
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= out
CASE ?= us-japan
MANIFEST := src/allanite/release/manifest.json
DATASETS := $(shell find datasets -type f -not -name '*.pyc' -not -name LICENCES.md)
SCHEMAS := $(wildcard src/allanite/catalogue/*.py src/allanite/catalogue/tables/*.py)

.PHONY: help brief test release check lint types imports units wheel docs lock benchmarks chromium clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

brief: $(VENV)/.run $(MANIFEST) ## write the brief of $(CASE) to $(OUT)/$(CASE)
	$(BIN)/allanite brief $(CASE) --out $(OUT)/$(CASE)

test: check units wheel ## all checks and all tests

check: lint types imports ## style, types and layers

release: $(MANIFEST) ## build the data release from datasets/

$(VENV)/.run: requirements/run.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	touch $@

$(MANIFEST): $(DATASETS) $(SCHEMAS) | $(VENV)/.run
	$(BIN)/python datasets/build.py

lint: $(VENV)/.dev
	$(BIN)/ruff check src tests datasets benchmarks docs
	$(BIN)/ruff format --check src tests datasets benchmarks docs

types: $(VENV)/.dev
	$(BIN)/mypy

imports: $(VENV)/.dev
	$(BIN)/lint-imports

units: $(VENV)/.dev $(MANIFEST) chromium ## the tests, without the wheel's
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not wheel"

wheel: $(VENV)/.dev $(MANIFEST) ## build the wheel and try it in an empty environment
	$(BIN)/python -m pytest -m wheel

# The browser tests open pages in a real Chromium; on Debian as root it is installed here.
chromium:
	@command -v chromium chromium-browser google-chrome >/dev/null 2>&1 || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    apt-get update -qq && apt-get install -y -qq chromium >/dev/null; \
	  else echo "No Chromium found: browser tests will be skipped. Install chromium to run them."; fi; }

docs: $(VENV)/.dev $(MANIFEST) ## write what is generated: reference pages, figures of the README and of the back-test
	$(BIN)/python -m allanite.present.reference docs/reference
	$(BIN)/python -m typer allanite.cli.app utils docs --name allanite --output docs/reference/cli.md
	$(BIN)/python docs/readme.py
	$(BIN)/python docs/backtest.py
	$(BIN)/python docs/uncertainty.py
	$(BIN)/python docs/plan.py

benchmarks: $(VENV)/.dev $(MANIFEST) ## run the benchmarks and print their table
	$(BIN)/python -m benchmarks

lock: ## renew the pinned requirements (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header pyproject.toml --output-file requirements/run.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --extra frames --group dev pyproject.toml --output-file requirements/dev.txt

clean: ## remove what was built, keep the environment
	rm -rf build dist $(OUT) src/allanite/release
