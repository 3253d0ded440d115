# Two commands: `make run` and `make test`. Both set up what they need, and only what has changed since.
# Needed on the machine: Python 3.11 or newer and make. Everything else comes from PyPI and npm by the lock files.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

IN := .venv/bin
LOOK := sosuckhoe/doors/look
LOOK_SOURCES := $(shell find $(LOOK) -type f -not -path '*/node_modules/*' -not -path '*/built/*' -not -name '*.pyc' -not -name '*.mo' 2>/dev/null)
WORDS := $(shell find sosuckhoe -type f -name '*.po' 2>/dev/null)
WORKERS ?= logical
BENCH ?=

.PHONY: help run test test-long check format bench lock sbom clean

help:
	@echo 'make run        chạy cả nhà (dừng: Ctrl-C)     run everything (stop: Ctrl-C)'
	@echo 'make test       kiểm tra tất cả                run all checks and tests'
	@echo 'make test-long  kiểm tra lâu và kỹ hơn         the same, longer and deeper'
	@echo 'make check      kiểm tra cách viết             style, types, layers, house rules'
	@echo 'make format     sửa cách trình bày             lay the code out'
	@echo 'make sbom       liệt kê thành phần             list what everything is made of'
	@echo 'make bench      đo tốc độ                      measure the speed'

run: .venv/.run .venv/.assets
	@exec $(IN)/sosuckhoe run

test: .venv/.dev .venv/.assets .venv/.chromium check
	$(IN)/pytest -n $(WORKERS) --maxprocesses 8 -m 'not long'

test-long: .venv/.dev .venv/.assets .venv/.chromium check
	HYPOTHESIS_PROFILE=long $(IN)/pytest -n $(WORKERS) --maxprocesses 8

check: .venv/.dev
	$(IN)/ruff check --no-cache .
	$(IN)/ruff format --no-cache --check .
	$(IN)/mypy --cache-dir .venv/mypy
	$(IN)/lint-imports --no-cache
	$(IN)/pytest tests/test_house_rules.py

format: .venv/.dev
	$(IN)/ruff format --no-cache .
	$(IN)/ruff check --no-cache --fix .

bench: .venv/.dev .venv/.assets
	$(IN)/python -m bench $(BENCH)

# The lock files: hashes, no addresses.
lock: .venv/.dev
	for name in requirements requirements-dev requirements-learn requirements-uv; do \
	  $(IN)/uv pip compile --upgrade --generate-hashes --no-header --no-annotate --quiet $$name.in -o $$name.lock; \
	done

# What everything is made of, as CycloneDX: who watches for vulnerabilities reads it (docs/security.md).
sbom: .venv/.dev
	@$(IN)/python -m tools.sbom > var/sbom.json && echo var/sbom.json

clean:
	rm -rf .venv build $(LOOK)/static/built $(LOOK)/node_modules

# The environment. A second run finds the stamps and does nothing.
.venv/.uv: setup/environment requirements-uv.lock
	@sh setup/environment
	@touch $@

.venv/.run: .venv/.uv requirements.lock
	@lock=requirements.lock; test ! -e .venv/.dev || lock=requirements-dev.lock; \
	  $(IN)/uv pip sync --quiet --require-hashes --python $(IN)/python $$lock
	@sh setup/installed
	@touch $@

.venv/.dev: .venv/.uv requirements-dev.lock requirements.lock
	@$(IN)/uv pip sync --quiet --require-hashes --python $(IN)/python requirements-dev.lock
	@sh setup/installed
	@touch $@ .venv/.run

# What learning and measuring linkage needs besides (docs/dependencies.md). `.venv/.dev` takes it away again.
.venv/.learn: .venv/.dev requirements-learn.lock
	@$(IN)/uv pip install --quiet --require-hashes --python $(IN)/python -r requirements-learn.lock
	@touch $@

# Styles, scripts and the words of the interface.
.venv/.assets: .venv/.run $(LOOK_SOURCES) $(WORDS)
	@test ! -e $(LOOK)/build.py || $(IN)/python -m sosuckhoe.doors.look.build
	@test ! -e $(LOOK)/words.py || $(IN)/python -m sosuckhoe.doors.look.words compile
	@touch $@

# The browser of the tests. Without one they are skipped, with the reason.
.venv/.chromium: setup/chromium
	@sh setup/chromium
	@touch $@
