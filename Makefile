# Everything lives in .venv; nothing else on the machine is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup run test test-s3 check format lint fuzz bench screenshots lock vendor clean

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.main .env ## Install what the library needs to run

run: setup ## Serve the gallery on http://localhost:8000
	@$(BIN)/mediaweb serve

# Neighbours share servers and libraries: each core begins with a half of the tests, and takes over from others.
test: $(VENV)/.dev ## Run the tests
	$(BIN)/python -m pytest -n auto --dist worksteal $(PYTEST_ARGS)

test-s3: $(VENV)/.dev ## Run the API's tests with their files in a real bucket
	STORAGE=s3 $(BIN)/python -m pytest -n auto tests/api tests/http/test_delivery.py -k "not postgresql" $(PYTEST_ARGS)

check: lint test ## All that CI checks: format, lint, types, import rules, tests

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev ## Format the code and fix what can be fixed by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

fuzz: $(VENV)/.dev ## Try the API against its own document, 500 examples an operation
	SCHEMATHESIS_EXAMPLES=500 $(BIN)/python -m pytest -n auto tests/test_schemathesis.py $(PYTEST_ARGS)

bench: $(VENV)/.dev ## Measure speed and memory against the machine's own limits
	$(BIN)/python -m tests.benchmarks

screenshots: $(VENV)/.dev ## Photograph every page and state into instance/screenshots
	$(BIN)/python -m tools.screenshots

lock: $(VENV)/.dev ## Resolve and pin the newest versions that pyproject.toml allows
	$(BIN)/python tools/lock.py

vendor: $(VENV)/.dev ## Fetch the pinned browser libraries into static/vendor (needs npm)
	$(BIN)/python tools/vendor.py

clean: ## Remove the environment and caches; media and database stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.env:
	@cp .env.example .env
	@echo "Made .env from .env.example: the settings of this library."

$(VENV)/.main: requirements/main.txt pyproject.toml
	@$(PYTHON) tools/make_environment.py $(VENV) requirements/main.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml
	@$(PYTHON) tools/make_environment.py $(VENV) requirements/dev.txt
	@touch $(VENV)/.main $@
