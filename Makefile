# Sceau: everything a person does with this repository is one of these.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

CARGO ?= cargo
BUF_VERSION := 1.75.0
TOOLS := target/tools
BUF := $(TOOLS)/node_modules/.bin/buf
SEEDS ?= 10000
DATA ?= data
CLUSTER ?= target/cluster
ENGINES := $(CARGO) run --locked --package sceau-engines --

.PHONY: help run build page engines decoders browser test cluster-up cluster-down check fmt proto-check simulate model torture bench bench-cluster deny clean

help: ## what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

run: page ## build and start the platform on this machine, data in ./data (DATA=folder)
	$(CARGO) build --release --locked --package sceau
	exec target/release/sceau serve --data $(DATA)

build: page ## the release binary, target/release/sceau
	$(CARGO) build --release --locked --package sceau

NPM_INSTALL := npm install --silent --no-save --no-package-lock --no-audit --no-fund --prefix $(TOOLS)
# One call: npm takes away what it is not asked for.
PAGE_TOOLS := @bufbuild/buf@$(BUF_VERSION) zxing-wasm@3.1.4 playwright-core@1.65.1

page: ## what the verification page has of others: the decoder of QR codes, and the target of its offline verifier
	@if [ -d $(TOOLS)/node_modules/zxing-wasm ]; then :; \
	elif command -v npm >/dev/null && $(NPM_INSTALL) $(PAGE_TOOLS); then :; \
	else echo "npm is missing or failed: the page will scan only where the browser can" >&2; fi
	@if ! command -v rustup >/dev/null; then :; \
	elif rustup target list --installed | grep -q wasm32-unknown-unknown; then :; \
	else rustup target add wasm32-unknown-unknown \
		|| echo "the target wasm32-unknown-unknown is missing: the page will not verify offline" >&2; fi

engines: ## fetch Kafka and Cassandra once, and install Java and Maven if they are missing and we may
	$(ENGINES) fetch

DECODERS := zbar-tools zxing-cpp-tools poppler-utils librsvg2-bin ghostscript unzip age

decoders: ## install foreign decoders of QR codes, what paints files for printers and what opens them, if they are missing and we may
	@missing=; for program in zbarimg ZXingReader pdftoppm rsvg-convert gs unzip age; do \
		command -v $$program >/dev/null || missing=$$program; \
	done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -q && apt-get install -q -y --no-install-recommends $(DECODERS); \
	else \
		echo "$$missing is missing: to read printed codes with foreign decoders, install $(DECODERS)" >&2; exit 1; \
	fi

browser: page ## Chromium, in which the page is tested, if it is missing and we may
	@if command -v chromium >/dev/null && command -v node >/dev/null; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -q && apt-get install -q -y --no-install-recommends chromium nodejs npm; \
		$(MAKE) --no-print-directory page; \
	else \
		echo "to test the page, install chromium, Node.js and npm" >&2; exit 1; \
	fi

test: ## every test; what needs Java, Maven, Chromium or a foreign decoder is skipped, aloud, where they are missing
	-$(MAKE) --no-print-directory --keep-going engines decoders browser
	$(CARGO) test --workspace --locked

cluster-up: ## Kafka (3 brokers) and Cassandra on this machine, data in target/cluster (CLUSTER=folder)
	$(ENGINES) up --folder $(CLUSTER)

cluster-down: ## end them; their data stay
	$(ENGINES) down --folder $(CLUSTER)

check: proto-check ## format, lints, rules of dependence, the published language
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings
	$(CARGO) test --locked --package sceau-architecture

fmt: $(BUF) ## format Rust and protos
	$(CARGO) fmt --all
	$(BUF) format -w

proto-check: $(BUF)
	$(BUF) lint
	$(BUF) format --diff --exit-code
	@last=$$(git describe --tags --abbrev=0 2>/dev/null || true); \
	if [ -n "$$last" ]; then $(BUF) breaking --against ".git#tag=$$last"; else echo "no tag yet: nothing to break"; fi

$(BUF):
	@command -v npm >/dev/null || { echo "buf checks the protos and comes by npm: install Node.js (Debian: apt-get install nodejs npm)"; exit 1; }
	$(NPM_INSTALL) $(PAGE_TOOLS)

simulate: ## the engine under seeded faults: SEEDS=n, and SEED=s to begin at (or replay) one
	$(CARGO) run --release --locked --package sceau-simulation -- --seeds $(SEEDS) --seed $(or $(SEED),1)

model: ## the protocol explored exhaustively, a larger space than in the tests
	$(CARGO) run --release --locked --package sceau-model -- 3 3 2 1

bench: ## every figure beside its limit or peer; QUICK=1 for a rough answer in two minutes
	$(CARGO) build --release --locked --package sceau --package sceau-bench
	target/release/sceau-bench $(if $(QUICK),--quick)

bench-cluster: ## the figures on Kafka and Cassandra, which it starts and ends (QUICK=1)
	$(CARGO) build --release --locked --package sceau --package sceau-bench
	target/release/sceau-bench --cluster $(if $(QUICK),--quick)

torture: ## three nodes on three brokers and Cassandra, hurt for MINUTES (10); SEED=n gives the same faults again
	$(CARGO) build --release --locked --package sceau --package sceau-faults
	target/release/sceau-faults --minutes $(or $(MINUTES),10) $(if $(SEED),--seed $(SEED)) $(if $(REPORT),--report $(REPORT))

deny: ## licences, sources and advisories (installs cargo-deny on first use)
	command -v cargo-deny >/dev/null || $(CARGO) install --locked cargo-deny
	$(CARGO) deny check

clean: ## what the builds left
	$(CARGO) clean
