# The commands that people and CI use; they mean the same everywhere.

CARGO ?= cargo

.PHONY: help demo test check lint deny format bench

help:
	@echo "make demo    twenty-four phone conversations against simulators, played and checked"
	@echo "make test    every test, on SQLite and on a PostgreSQL of its own, with both Retell clients"
	@echo "make lint    format and lints"
	@echo "make deny    licences, sources and duplicates of dependencies"
	@echo "make check   lint, deny and test: what CI runs"
	@echo "make bench   the domain's figures (docs/performance.md)"

demo:
	@$(CARGO) run --quiet -p askpro -- demo --once

test:
	@scripts/with-nextest
	@scripts/with-sdks
	@scripts/with-postgres $(CARGO) nextest run --workspace --no-tests=fail

lint:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings

deny:
	@scripts/with-deny --log-level error check licenses bans sources

check: lint deny test

bench:
	$(CARGO) bench -p askpro-domain
