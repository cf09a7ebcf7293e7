# Needs Go (go.mod says which). The tests also need root, nftables, iptables, iproute2 and dash, which `make tools` installs.
GO ?= go

.PHONY: build test tools golden lint bench fuzz docs

# The tag leaves out what writes help as Markdown, which nothing here does: half a millisecond at each start.
build:
	$(GO) build -trimpath -tags urfave_cli_no_docs -o rolewall ./cmd/rolewall

test: lint tools
	$(GO) tool gotestsum --format pkgname-and-test-fails -- -race -shuffle=on -timeout 30m ./...

tools:
	@.ci/tools

golden:
	$(GO) test ./cmd/rolewall ./internal/report -update

lint:
	@test -z "$$(gofmt -l .)" || { gofmt -d .; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

bench:
	$(GO) test -run '^$$' -bench . -benchmem ./...
	$(GO) run ./internal/bench

fuzz:
	@.ci/fuzz 30s

docs:
	$(GO) run ./internal/catalogdoc
