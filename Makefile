# `make run` opens the dashboard, `make test` checks everything. Both prepare what they need first.
VENV ?= .venv
BIN := $(VENV)/bin
# The first Python on the path that is new enough; another one can be named: make run PYTHON=python3.12
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 python; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo "$$python" && break; done)

# FILE reaches the app through its environment, so that no name needs quoting for the shell.
ifdef FILE
export TENURE_FILE := $(FILE)
endif

.PHONY: help run test check bench clean
.DEFAULT_GOAL := help

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' Makefile
	@echo "  Options: FILE=path (run: open this file), PYTHON=python3.12, VENV=.venv"

run: $(VENV)/.app  ## open the dashboard in the browser; FILE=path opens your own file
	$(BIN)/python -m streamlit run dashboard/server.py --server.showEmailPrompt=false

test: check chromium  ## everything: format, lint, types and all tests, warnings counting as errors
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile

check: $(VENV)/.tests  ## format, lint and types only
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict --explicit-package-bases models

bench: $(VENV)/.tests  ## print how long things take, beside the usual alternatives
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python tests/bench/bench_rows.py
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python tests/bench/bench_fits.py
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python tests/bench/bench_profiles.py
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python tests/bench/bench_app.py
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python tests/bench/bench_stays.py
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python tests/bench/bench_drivers.py
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.bench.bench_decide
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.bench.bench_verdicts
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python tests/bench/bench_coverage.py
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.bench.bench_evidence

clean:  ## remove the virtual environment and the caches of the tools
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .tmp

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer was not found on the path. Install it" \
		"(python.org, or your system's packages), then repeat the command."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

# Each stamp is younger than the list it was installed from, so a repeated call installs nothing.
$(VENV)/.app: requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.tests: requirements.txt tests/requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	@touch $@ $(VENV)/.app

# The browser tests drive Debian's Chromium; no browser is ever downloaded by Playwright.
.PHONY: chromium
chromium:
	@if command -v chromium >/dev/null || command -v google-chrome >/dev/null; then :; \
	elif ! command -v apt-get >/dev/null 2>&1; then \
		echo "The browser tests need Chromium: install it so that 'chromium' is on the path."; exit 1; \
	elif [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq chromium; \
	elif sudo -n true 2>/dev/null; then \
		sudo -n apt-get update -qq && sudo -n apt-get install -y -qq chromium; \
	else echo "The browser tests need Chromium: sudo apt-get install chromium"; exit 1; fi
