# Relative paths only: the folder's own path may hold spaces.

PYTHON ?= python3.13 python3.12 python3.11 python3
PORT ?= 8001
DATA ?= ../shared

.PHONY: help demo test check browser train clean

help: ## what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' Makefile

demo: .venv/.installed ## load the five seed articles and serve them (PORT=8001)
	@.venv/bin/claims load claims.db seeds/articles
	@if [ -t 1 ]; then exec .venv/bin/claims serve claims.db --port $(PORT); \
	else .venv/bin/claims serve claims.db --check; fi

test: .venv/.installed ## run the tests
	@.venv/bin/python -m pytest --numprocesses logical --dist loadfile

check: .venv/.installed ## look at style, types and schemas
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/claims schema --check

browser: .venv/.installed ## install what the tests in a browser need, but for Chromium itself
	@.venv/bin/python -m pip install -qq --group browser

train: .venv/.installed ## train the French pipeline on DATA (two hours; goes on in training/work)
	@.venv/bin/python -m pip install -qq --group training
	@.venv/bin/python -m training "$(DATA)" training/work claims/languages/fr/model
	@.venv/bin/python -m training.profiles "$(DATA)" claims/languages/fr/decisions
	@.venv/bin/python -m training.models "$(DATA)" claims/languages/fr
	@.venv/bin/python -m training.wordings claims/languages/fr
	@.venv/bin/claims extract "$(DATA)/corpora" -o training/work/corpora.jsonl
	@.venv/bin/python -m training.matters training/work/corpora.jsonl claims/languages/fr

clean: ## remove .venv and caches; databases stay
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The first Python that is new enough and can make a virtual environment.
.venv/.installed: pyproject.toml
	@if ! .venv/bin/python -c '' 2>/dev/null; then \
		for python in $(PYTHON); do \
			"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
			new=$$python; \
			"$$python" -c 'import ensurepip, venv' 2>/dev/null && break; \
			lacking=$$python; new=; \
		done; \
		if [ -z "$$new" ] && [ -n "$$lacking" ]; then \
			echo "$$lacking cannot make a virtual environment: install its venv module" \
				"(Debian, Ubuntu: apt install python3-venv)" >&2; exit 1; \
		elif [ -z "$$new" ]; then \
			echo "no Python 3.11 or newer among: $(PYTHON)." \
				"Install one, or name it: make PYTHON=/path/to/python" >&2; exit 1; \
		fi; \
		"$$new" -m venv --clear .venv; \
	fi
	@echo "Installing into .venv (a minute or two the first time) …"
	@.venv/bin/python -m pip install -qq --upgrade pip
	@.venv/bin/python -m pip install -qq --editable . --group dev
	@touch $@
