# Everything one does with Vigie from a checkout; `make help` lists it. Needs GNU make and Python 3.11 or later.

PYTHON ?= python3
PORT ?= 8000
DATA_DIR ?= ./var
WORKERS ?= 2
BIN := .venv/bin
export PORT DATA_DIR
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# What Python compiled once is read again at each start of a command.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test sure checks bench coverage format lint types contracts translations locks clean

help: ## liste ces commandes
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' Makefile

run: export ENVIRONMENT := local
run: .venv/.stamp-run ## lance Vigie avec le groupement de démonstration (PORT=8000, DATA_DIR=./var)
	@$(BIN)/flask demo plant --if-empty
	@exec $(BIN)/gunicorn -c deploy/gunicorn.conf.py wsgi:app

test: .venv/.stamp-test ## lance tous les tests, sur SQLite et sur PostgreSQL (WORKERS=2)
	$(BIN)/python -m pytest -n $(WORKERS) tests

sure: checks test ## vérifie tout ce qui doit tenir avant un commit

checks: lint types contracts translations ## vérifie tout sauf les tests

bench: .venv/.stamp-test ## mesure temps et mémoire, en rapports
	$(BIN)/python -m tests.bench

coverage: .venv/.stamp-test ## montre les lignes et les branches qu’aucun test ne parcourt
	$(BIN)/python -m pytest -n $(WORKERS) --cov tests

format: .venv/.stamp-test ## met le code en forme
	$(BIN)/ruff check --fix-only --quiet
	$(BIN)/ruff format

lint: .venv/.stamp-test ## vérifie la forme et le style du code
	$(BIN)/ruff format --check
	$(BIN)/ruff check

types: .venv/.stamp-test ## vérifie les types
	$(BIN)/mypy

contracts: .venv/.stamp-test ## vérifie qui peut importer qui
	$(BIN)/lint-imports

translations: .venv/.stamp-test ## vérifie que les phrases à traduire se laissent extraire
	@phrases=$$(mktemp) && trap 'rm -f "$$phrases"' EXIT && \
	$(BIN)/pybabel --quiet extract -F pyproject.toml -k N_ -k lazy_gettext -o "$$phrases" . && \
	echo "$$(grep -c '^msgid' "$$phrases") phrases à traduire"

# A lock is the public registry's word alone: no folder of local wheels, no private index, and no address written down.
COMPILE = env -u UV_FIND_LINKS -u UV_INDEX -u UV_EXTRA_INDEX_URL .venv/locks/bin/uv pip compile pyproject.toml \
	--no-config --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --quiet $(UPGRADE)

locks: .venv/bin/python ## recalcule les versions exactes (UPGRADE=--upgrade pour les plus récentes)
	$(BIN)/python -m venv .venv/locks
	.venv/locks/bin/python -m pip install --quiet uv==0.13.9
	$(COMPILE) -o requirements.lock
	$(COMPILE) --group test -c requirements.lock -o requirements-test.lock

clean: ## efface .venv et les fichiers temporaires, jamais les données
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "Vigie a besoin de Python 3.11 ou plus récent : indiquez-le, par exemple avec make PYTHON=python3.12 run." >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv || \
	{ rm -rf .venv; echo "Python n’a pas pu créer .venv : sur Debian ou Ubuntu, installez le paquet python3-venv." >&2; exit 1; }

# A lock names every library: --no-deps keeps pip from looking for newer ones that it would then refuse for want of a hash.
.venv/.stamp-run: requirements.lock .venv/bin/python
	@echo "Installation des bibliothèques dans .venv (une minute environ)…"
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	@touch $@

.venv/.stamp-test: requirements-test.lock .venv/.stamp-run
	@echo "Installation des outils de test dans .venv (une minute environ)…"
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements-test.lock
	@touch $@
