# Everything a person or CI does here has a name. `make help` lists them.

GO ?= go
NPM ?= npm
NODE ?= node
CONTAINER ?= podman

# Built with `go install`, kept outside the checkout so that a fresh clone on
# the same machine doesn't spend minutes on it again.
GOLANGCI_LINT_VERSION := v2.15.0
TOOLS ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/countersign/tools
GOLANGCI_LINT := $(TOOLS)/golangci-lint-$(GOLANGCI_LINT_VERSION)/golangci-lint
# The S3 server that tests store files in; internal/files/s3server names the version too.
VERSITYGW_VERSION := v1.8.0
VERSITYGW := $(TOOLS)/versitygw-$(VERSITYGW_VERSION)/versitygw

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
LDFLAGS := -s -w -X countersign/internal/app.Version=$(VERSION)

# A package's own time limit. The slowest packages start a browser and a
# database server on two cores with the race detector.
TEST_TIMEOUT ?= 40m

GO_FILES := cmd internal $(wildcard */*.go)

MODULES := templates/node_modules/.package-lock.json
ASSETS := templates/node_modules/.assets-built

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help run build deb container assets test test-quick test-serializable test-go lint fmt bench screenshots deps tools clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: build ## build, then start the product with a demonstration region and print its address
	bin/countersign serve --demo

# nodynamic keeps the HEIC decoder from looking for a library on the machine,
# and so the program statically linked.
build: assets ## bin/countersign, with the assets embedded
	CGO_ENABLED=0 $(GO) build -tags nodynamic -trimpath -ldflags '$(LDFLAGS)' -o bin/ ./cmd/...

deb: build ## bin/countersign_VERSION_ARCH.deb, with a systemd unit (needs dpkg-deb)
	docs/operate/package-deb '$(VERSION)'

container: build ## an image `countersign` of the program alone (needs podman, or CONTAINER=docker)
	mkdir -p bin/empty
	$(CONTAINER) build -f docs/operate/Containerfile -t countersign:$(VERSION) bin

assets: $(ASSETS) ## stylesheets, scripts and images, from npm

test: deps tools assets build lint test-go ## everything CI runs: build, linters, all tests on both databases, real browser

# The race detector watches our code and what it shares between goroutines, and
# not SQLite, which is C translated to Go and run by one goroutine a connection,
# nor libraries that only compute: watching those took most of the time. Memory
# is collected less often, which costs a few hundred megabytes and saves a
# seventh of the work. Three packages run at once, the slowest ones first, since
# browsers and databases are waited for.
SLOWEST := ./internal/web ./internal/app ./internal/view
COMPUTING := github.com/ncruces/go-sqlite3-wasm/... golang.org/x/net/html/... golang.org/x/crypto/... regexp/... text/template/... html/... github.com/goccy/go-yaml/...

test-go:
	GOGC=400 $(GO) test -race $(foreach p,$(COMPUTING),-gcflags='$(p)=-race=false') -shuffle=on -p 3 -timeout $(TEST_TIMEOUT) $(SLOWEST) ./...

test-quick: assets ## all tests on SQLite alone, without PostgreSQL and browser
	@echo 'A quick run: SQLite only, no PostgreSQL, no browser. `make test` runs everything.'
	COUNTERSIGN_TEST=quick $(GO) test -timeout $(TEST_TIMEOUT) ./...

test-serializable: assets ## the tests that use a database, on a PostgreSQL that keeps transactions strictly apart
	COUNTERSIGN_TEST_ISOLATION=serializable $(GO) test -timeout $(TEST_TIMEOUT) ./internal/store ./internal/service ./internal/api ./internal/jobs ./internal/backup ./internal/app

lint: $(GOLANGCI_LINT) ## gofmt, go vet, golangci-lint
	@out=$$(gofmt -s -l $(GO_FILES)) && \
		if [ -n "$$out" ]; then echo 'Not formatted (make fmt):'; echo "$$out"; exit 1; fi
	$(GO) vet ./...
	$(GOLANGCI_LINT) run ./...

fmt: ## format the Go code
	gofmt -s -w $(GO_FILES)

bench: assets ## the benchmarks, and 20,000 requests made from the contract
	$(GO) test -run '^$$' -bench . -benchmem -timeout $(TEST_TIMEOUT) ./...
	COUNTERSIGN_FUZZ=20000 $(GO) test -count=1 -timeout $(TEST_TIMEOUT) -run '^TestWhateverIsSentIsAnsweredByTheContract$$' ./internal/api

screenshots: assets ## the README's pictures, from the demonstration in a real browser
	mkdir -p docs/images
	COUNTERSIGN_PICTURES=$(CURDIR)/docs/images $(GO) test -count=1 -run '^TestPicturesOfTheREADME$$' ./internal/app

deps: ## install what the tests need and this machine lacks (apt-get)
	.ci/deps

tools: $(GOLANGCI_LINT) $(VERSITYGW) ## install the linter and the S3 server for tests, pinned

clean: ## remove what was built
	rm -rf bin templates/node_modules
	find templates/assets -mindepth 1 ! -name .keep -delete

$(GOLANGCI_LINT):
	@echo 'Installing golangci-lint $(GOLANGCI_LINT_VERSION): a few minutes, once on a machine.'
	GOBIN=$(dir $@) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)

$(VERSITYGW):
	@echo 'Installing versitygw $(VERSITYGW_VERSION): a minute or two, once on a machine.'
	GOBIN=$(dir $@) $(GO) install github.com/versity/versitygw/cmd/versitygw@$(VERSITYGW_VERSION)

$(MODULES): templates/package.json templates/package-lock.json
	cd templates && $(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

# An emptied assets folder is filled again, whatever the stamp says.
ifeq ($(filter-out .keep,$(notdir $(wildcard templates/assets/*))),)
.PHONY: $(ASSETS)
endif
$(ASSETS): $(MODULES) $(wildcard templates/*.mjs) $(shell find templates/src -type f)
	$(NODE) templates/build.mjs
	$(NODE) templates/passwords.mjs
	$(NODE) templates/contexts.mjs
	@touch $@
