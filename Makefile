# One word per chore; `make` lists them. Everything is installed into .venv in this checkout.

PYTHON ?= python3
PORT ?= 8000
ARGS ?=

BIN := .venv/bin
POSTGRES_TESTS := tests/jobs tests/accounts tests/explorer
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url $(if $(filter 1,$(UPGRADE)),--upgrade)

.DEFAULT_GOAL := help
.PHONY: help demo test check lock clean setup-demo setup-dev python

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

demo: setup-demo ## Run the portal on an emulated AWS; PORT=8001 moves it, Ctrl-C ends it
	@exec $(BIN)/python -m awsdash.demo.launcher --port $(PORT)

# The job tests run twice: PostgreSQL locks rows in ways that SQLite does not have.
test: setup-dev ## Run all tests; ARGS="-k words" narrows the first run
	@browser=; failed=; \
	if [ -z "$$AWSDASH_NO_BROWSER" ]; then browser=$$($(PYTHON) tools/browser.py); fi; \
	if [ -n "$$browser" ]; then export AWSDASH_CHROMIUM="$$browser"; \
	else export AWSDASH_NO_BROWSER=1; fi; \
	echo "== Tests on SQLite"; \
	$(BIN)/python -m pytest -n auto --dist loadgroup tests services $(ARGS) \
	|| failed="$$failed SQLite"; \
	echo "== Job tests on PostgreSQL"; \
	$(BIN)/python tools/on_postgres.py -m pytest -n auto $(POSTGRES_TESTS) \
	|| failed="$$failed PostgreSQL"; \
	if [ -z "$$browser" ]; then \
	echo; echo "!!! THE BROWSER TESTS DID NOT RUN: AWSDASH_NO_BROWSER is set, or no Chromium was found"; \
	echo "!!! and none could be installed. Install Chromium or Chrome, or set AWSDASH_CHROMIUM to its"; \
	echo "!!! path, and run make test again."; \
	fi; \
	if [ -n "$$failed" ]; then echo; echo "FAILED on:$$failed"; exit 1; fi

# Settings as in production: check --deploy complains about anything less.
check: export AWSDASH_DEBUG := 0
check: export AWSDASH_ALLOWED_HOSTS := localhost
check: setup-dev ## Lint, types, import rules, missing migrations, deployment checks, templates
	@failed=; \
	AWSDASH_SECRET_KEY=$$($(BIN)/python -c "import secrets; print(secrets.token_urlsafe(50))"); \
	AWSDASH_CREDENTIAL_KEYS=$$($(BIN)/python -c \
	"from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"); \
	export AWSDASH_SECRET_KEY AWSDASH_CREDENTIAL_KEYS; \
	run() { name=$$1; shift; echo "== $$name"; "$$@" || failed="$$failed$${failed:+, }$$name"; }; \
	run "ruff check" $(BIN)/ruff check; \
	run "ruff format" $(BIN)/ruff format --check; \
	run "mypy" $(BIN)/mypy; \
	run "import rules" $(BIN)/lint-imports; \
	run "missing migrations" $(BIN)/python manage.py makemigrations --check --dry-run; \
	run "check --deploy" $(BIN)/python manage.py check --deploy --fail-level WARNING; \
	run "templates" $(BIN)/djlint --lint templates awsdash/demo/templates \
	$(wildcard services/*/templates); \
	if [ -n "$$failed" ]; then echo; echo "FAILED: $$failed"; exit 1; fi; \
	echo; echo "All checks passed."

lock: setup-dev ## Renew the pins in requirements/*.txt; UPGRADE=1 takes the newest versions
	@$(COMPILE) requirements/base.in -o requirements/base.txt
	@# Each file adds to the one before: a pin is written once.
	@for pair in demo:base dev:demo; do name=$${pair%:*}; before=$${pair#*:}; \
	$(COMPILE) requirements/$$name.in -o requirements/$$name.txt || exit 1; \
	{ echo "-r $$before.txt"; cat requirements/$$name.txt; } > requirements/.draft; \
	mv requirements/.draft requirements/$$name.txt; done
	@if grep -n "://" requirements/*.txt; then \
	echo "An address got into the pins (see above): remove it."; exit 1; fi
	@echo "The pins are renewed. The next make installs them."

clean: ## Remove .venv, the demo's data and all caches
	@rm -rf .venv .venv.lock var .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "Removed what make had made."

setup-demo setup-dev: setup-%: python
	@$(PYTHON) tools/setup.py $*

python:
	@command -v $(PYTHON) >/dev/null || { \
	echo "There is no $(PYTHON) here. Install Python 3.11 or newer, or say which: make PYTHON=..."; \
	exit 1; }
