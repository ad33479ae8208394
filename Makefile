# Every target works on a bare Debian machine with Python 3.11+, git, make and root.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
STAMP := $(VENV)/.installed
.DEFAULT_GOAL := help
.PHONY: help setup demo test quick test-long bench-ingest lint format schema clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

setup: $(STAMP) ## the environment, in .venv

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed"; exit 1; }
	@test -x $(RUN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); sh tools/need-venv.sh $(PYTHON) && $(PYTHON) -m venv $(VENV); }
	@echo "installing what pyproject.toml names, at the versions of constraints.txt ..."
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[fast,test]'
	@touch $@
	@echo "the environment stands in $(VENV)"

demo: setup ## a server with a made fleet on http://127.0.0.1:8000
	$(RUN)/reanimator-gql demo

test: setup ## everything, on SQLite and on MariaDB with both drivers
	@sh tools/need-mariadb.sh
	$(MAKE) --no-print-directory lint
	$(RUN)/python -m pytest -n 2 -m "not slow"

quick: setup ## what needs no MariaDB, in seconds
	HYPOTHESIS_PROFILE=quick $(RUN)/python -m pytest -q -n 2 -m "not slow and not mariadb and not thorough"

test-long: setup ## everything, with many more examples
	@sh tools/need-mariadb.sh
	HYPOTHESIS_PROFILE=long $(RUN)/python -m pytest -n 2

bench-ingest: setup ## what taking in a log bundle costs, written to benchmarks/INGEST.md
	@sh tools/need-mariadb.sh
	$(RUN)/python -m benchmarks.ingest --write benchmarks/INGEST.md

lint: setup ## style, types and floors
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports --no-cache

format: setup ## mend the style
	$(RUN)/ruff check --fix .
	$(RUN)/ruff format .

schema: setup ## write schema.graphql anew
	$(RUN)/reanimator-gql schema > schema.graphql

clean: ## remove the environment and what was built
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
