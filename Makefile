# make quickstart   make the environment and run the example end to end
# make test         make the environment and run every test
# make test-torch   install PyTorch into the environment (gigabytes; it says how many) and run its
#                   tests; make test runs them too from then on
# make test-fast    the tests that need no TensorFlow
# make check        what a change must pass: format, lint, types, layers, tests, docs
# make fix          put the source into the project's format
# make docs         build the documentation into build/site
# make bench        measure beside a hand-written TFX pipeline, and beside Metaflow, Dagster, Kedro and
#                   the published zenml, and in a large repository (half an hour;
#                   BENCH_OPTIONS="--only steps": ten minutes; "--only git": one; "--only sources",
#                   each kind of datasource: five)
# make lock         resolve requirements/ anew; LOCK_OPTIONS=--upgrade takes newer versions
# make clean        remove what the targets above made, and the environment
#
# The environment's folder is VENV; PYTHON names the Python to make it with.
VENV ?= .venv
PYTHON ?=
# How many processes pass the tests; the tests of a file stay together.
TEST_WORKERS ?= 2
PY = $(VENV)/bin/python
PARALLEL = -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder
SOURCES = zenml tests examples benchmarks scripts setup.py

.DEFAULT_GOAL := help
.PHONY: help env quickstart test test-torch test-fast check format lint types layers fix docs bench lock clean

help:
	@sed -n '/^#/!q; s/^# \{0,1\}//p' Makefile

env:
	@scripts/make_env.sh "$(VENV)" $(if $(PYTHON),--python "$(PYTHON)")

quickstart: env
	@$(PY) examples/quickstart/run.py

test: env
	@scripts/test_packages.sh
	$(PY) -m pytest $(PARALLEL) $(PYTEST_OPTIONS)

test-torch: env
	@scripts/install_torch.sh "$(PY)"
	$(PY) -m pytest -m torch $(PARALLEL) $(PYTEST_OPTIONS)

test-fast: env
	$(PY) -m pytest -m "not tf" $(PARALLEL) $(PYTEST_OPTIONS)

check: format lint types layers test docs

format: env
	$(VENV)/bin/ruff format --check $(wildcard $(SOURCES))

lint: env
	$(VENV)/bin/ruff check $(wildcard $(SOURCES))

types: env
	$(PY) -m mypy

layers: env
	$(VENV)/bin/lint-imports

fix: env
	$(VENV)/bin/ruff check --fix $(wildcard $(SOURCES))
	$(VENV)/bin/ruff format $(wildcard $(SOURCES))

docs: env
	$(PY) -m mkdocs build --strict --quiet --site-dir build/site

bench: env
	$(PY) -m benchmarks.run $(BENCH_OPTIONS)

lock: env
	UV="$$(command -v uv || echo $(VENV)/uv/bin/uv)" scripts/lock.sh $(LOCK_OPTIONS)

clean:
	rm -rf "$(VENV)" build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	rm -rf benchmarks/.cache
