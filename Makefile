# `make run` opens the app, `make test` runs the whole suite; both do all the set-up, into .venv.
# `make quick` is for between two edits; `make prove` runs what takes long and is no part of the suite.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet

.PHONY: run test quick prove lint frontend docs bench lock clean

run: .venv/run.stamp
	$(BIN)/python -m ui

test: lint frontend
	$(BIN)/python -m pytest --numprocesses auto

# The pure modules of the browser's side, without a browser.
frontend: .venv/test.stamp
	$(BIN)/node --test --test-reporter=dot 'tests/frontend/*.test.js'

# What has changed since the last commit, in lint; and the tests that take no browser, no compiler, no other process and
# no training, with fewer examples.
CHANGED = $(shell git diff --name-only --diff-filter=d HEAD -- '*.py'; git ls-files --others --exclude-standard -- '*.py')
LINT_JS = $(BIN)/node node_modules/@biomejs/biome/bin/biome ci --error-on-warnings && $(BIN)/node node_modules/typescript/bin/tsc -p .
SLOW = browser or compiler or processes or training or statistics or long
quick: .venv/test.stamp
	$(if $(CHANGED),$(BIN)/ruff check $(CHANGED))
	$(if $(CHANGED),$(BIN)/ruff format --check $(CHANGED))
	$(LINT_JS)
	$(BIN)/node --test --test-reporter=dot 'tests/frontend/*.test.js'
	GANCORE_EXAMPLES=20 $(BIN)/python -m pytest --numprocesses auto -m "not ($(SLOW))"

prove: .venv/test.stamp
	$(BIN)/python -m pytest -m long

lint: .venv/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright
	$(LINT_JS)

# The documentation as a site, in build/site; a link that leads nowhere is an error.
docs: .venv/test.stamp
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

bench: .venv/test.stamp
	$(BIN)/python -m benchmarks

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version)'
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.lock pyproject.toml | .venv/bin/python
	$(PIP) -r requirements.lock
	$(PIP) --no-deps -e .
	touch $@

.venv/test.stamp: requirements-test.lock package-lock.json .venv/run.stamp
	$(PIP) -r requirements-test.lock
	$(BIN)/npm ci --silent
	touch $@

# torch's build tag (+cpu, +cu130, …) is the machine's own affair: the lock names the release alone, and pip adds what
# that machine's build of torch needs.
COMPILE = CUSTOM_COMPILE_COMMAND='make lock' $(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --allow-unsafe
lock: .venv/bin/python
	$(PIP) pip-tools
	$(COMPILE) --extra app --output-file requirements.lock pyproject.toml
	sed -i.bak 's/^\(torch\(vision\)\{0,1\}==[0-9.]*\)+.*/\1/' requirements.lock
	$(COMPILE) --extra app --extra test --constraint requirements.lock --output-file requirements-test.lock pyproject.toml
	sed -i.bak 's/^\(torch\(vision\)\{0,1\}==[0-9.]*\)+.*/\1/' requirements-test.lock
	rm -f *.lock.bak

clean:
	rm -rf .venv node_modules
