# Every task of the project by name. `make` alone lists them.
VENV := .venv
PYTHON := $(VENV)/bin/python
JOBS ?= 2
CANDIDATES ?= 100000
TEMPLATES := $(wildcard talentpool/web/templates)
LOCK = $(PYTHON) -m uv pip compile --universal --python-version 3.11 --generate-hashes --all-extras \
	--no-annotate --custom-compile-command "make lock" --quiet pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help env demo browser test test-long test-pythons check lint format types rooms templates lock wheel soak load benchmark page-speed screens clean

help: ## list the tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

env: $(VENV)/.current ## the environment in .venv with the talentpool command, from the lock file

$(VENV)/.current: requirements.txt pyproject.toml
	@python=$$(.ci/find-python) && .ci/make-env $(VENV) "$$python"

demo: env ## a sample pool, a posted role with ranked people, and the pages to look at
	$(VENV)/bin/talentpool demo

browser: ## find a Chromium for the browser tests, or install Debian's as root or in CI
	@.ci/ensure-browser

test: check browser ## everything a change must pass: lint, types, rooms, templates, all tests
	$(PYTHON) -m pytest -q -n $(JOBS)

test-long: check browser ## the same with the full counts of the long tests
	$(PYTHON) -m pytest -q -n $(JOBS) --long

test-pythons: env browser ## the tests on Python 3.11, 3.12 and 3.13
	@JOBS=$(JOBS) .ci/test-pythons

check: lint types rooms templates

lint: env ## ruff: faults and format
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check --quiet .

format: env ## put the code into one format and mend what ruff can mend
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

types: env ## mypy, strict
	$(PYTHON) -m mypy

rooms: env ## imports go down only
	$(VENV)/bin/lint-imports

templates: env
ifneq ($(TEMPLATES),)
	$(PYTHON) -m djlint --lint --quiet $(TEMPLATES)
endif

lock: env ## write both lock files anew: exact versions with hashes, for all work here and for a server
	$(LOCK) --group dev --output-file requirements.txt
	$(LOCK) --constraint requirements.txt --output-file config/deployment/requirements.txt

wheel: env ## build the wheel into dist/
	$(PYTHON) -m hatchling build -t wheel

soak: env ## fifty recruiters at work for thirty minutes: response times, faults, growth of memory
	$(PYTHON) -m tests.benchmarks.soak --minutes 30

load: env ## the same with imports, changed roles and jobs going on, and the runs that were due and done
	$(PYTHON) -m tests.benchmarks.load --minutes 30

benchmark: env ## speed, memory and size at 100,000 people, beside the other rankers; CANDIDATES=1000 for fewer
	$(VENV)/bin/talentpool benchmark --candidates $(CANDIDATES) --peers

page-speed: env ## how long each page takes at 100,000 people and 2,000 roles; its queries and its size
	$(PYTHON) -m tests.benchmarks.page_speed --candidates $(CANDIDATES)

screens: env browser ## pictures of every page over the sample pool, for docs/screens
	$(PYTHON) tests/browser/take_pictures.py

clean: ## remove what the tasks made; data under instance/ stays
	rm -rf $(VENV) .venv-3.* dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
