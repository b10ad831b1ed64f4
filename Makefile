# Thin on purpose: each target is one script, which says what it does.
PYTHON_FOR_POLARIS := sh scripts/python
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench format translations clean

help: ## Show these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Create or update the environment (.venv)
	@$(PYTHON_FOR_POLARIS) -m scripts.setup

run: ## Start Polaris with the demo on http://localhost:8000 (PORT=… for another port)
	@$(PYTHON_FOR_POLARIS) -m scripts.run

test: ## Run the tests on every service that is here (ARGS="-k strategy" goes to pytest)
	@$(PYTHON_FOR_POLARIS) -m scripts.test $(ARGS)

check: ## Lint, types, layers, templates, translations, migrations
	@$(PYTHON_FOR_POLARIS) -m scripts.check $(ARGS)

bench: ## Measure the budgets of docs/architecture.md
	@$(PYTHON_FOR_POLARIS) -m scripts.bench $(ARGS)

format: ## Format code and templates
	@$(PYTHON_FOR_POLARIS) -m scripts.setup
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format --quiet .
	@find templates -name '*.html' -print0 | xargs -0 .venv/bin/djade --target-version 5.2

translations: ## Bring locale/ up to date with the code and compile it
	@$(PYTHON_FOR_POLARIS) -m scripts.setup
	@.venv/bin/python -m scripts.translations update

clean: ## Remove caches and built files; the data under var/ stay
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache staticfiles test-results
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
