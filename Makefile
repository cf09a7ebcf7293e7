# CONTRIBUTING.md says what building and testing need.
GO      ?= go
PREFIX  ?= /usr/local
VERSION ?=
FUZZ    ?= 30s

.PHONY: help build install test tools golden lint cross audit bench fuzz mutate docs man systemd release release-test soak

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# The tag leaves out what writes help as Markdown, which nothing here does: half a millisecond at each start.
build: ## build the program as ./rolewall
	$(GO) build -trimpath -tags urfave_cli_no_docs -o rolewall ./cmd/rolewall

man: build ## write the manual page as ./rolewall.1
	$(GO) run ./internal/manpage ./rolewall >rolewall.1

# What is built already is installed as it is, so that root needs no Go.
rolewall rolewall.1:
	$(MAKE) man

install: rolewall rolewall.1 ## install program, manual page and completions below PREFIX (/usr/local), within DESTDIR
	install -d $(addprefix $(DESTDIR)$(PREFIX)/,bin share/man/man1 share/bash-completion/completions share/zsh/site-functions share/fish/vendor_completions.d)
	install -m 755 rolewall $(DESTDIR)$(PREFIX)/bin/rolewall
	install -m 644 rolewall.1 $(DESTDIR)$(PREFIX)/share/man/man1/rolewall.1
	./rolewall completion bash | install -m 644 /dev/stdin $(DESTDIR)$(PREFIX)/share/bash-completion/completions/rolewall
	./rolewall completion zsh | install -m 644 /dev/stdin $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_rolewall
	./rolewall completion fish | install -m 644 /dev/stdin $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/rolewall.fish

test: lint tools ## run every test
	@$(GO) tool gotestsum --format pkgname-and-test-fails --raw-command .ci/results

tools: ## install what the tests need beside Go (as root, on Debian)
	@.ci/tools

systemd: ## run apply.sh under the systemd of the Debian RELEASE (trixie); root, debootstrap, cgroup2; a minute
	@.ci/systemd $(RELEASE)

golden: ## write the golden files anew
	$(GO) test ./internal/cli ./internal/policyschema ./internal/report ./readers/flowlog ./readers/netfilter/evaluation -update

lint: ## check format, vet and staticcheck
	@test -z "$$(gofmt -l .)" || { gofmt -d .; exit 1; }
	$(GO) vet ./...
	$(GO) -C internal/release vet ./...
	$(GO) tool staticcheck ./...

cross: ## compile and vet everything for Windows and macOS
	GOOS=windows $(GO) vet -trimpath -tags urfave_cli_no_docs ./...
	GOOS=darwin $(GO) vet -trimpath -tags urfave_cli_no_docs ./...

audit: ## check the modules against go.sum, and for known vulnerabilities
	@.ci/audit

bench: ## run the benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./...
	$(GO) run ./internal/bench

fuzz: ## run every fuzz target for FUZZ (30s)
	@.ci/fuzz $(FUZZ)

# Every round begins at another seed, which a failure names.
SOAK    ?= 100000
soak: ## hold SOAK (100000) random policies against the model, then the packet tests in another order (as root); an hour or two
	$(GO) test ./internal/modeltest -timeout 0 -args -policies $(SOAK) -seed $$(date +%s)
	$(GO) test ./internal/packettest -timeout 0 -count 3 -shuffle on -args -every-port

mutate: ## report conditions that no test holds in the PACKAGES ("ruleset compare lint"); minutes
	$(GO) run ./internal/mutate $(or $(PACKAGES),ruleset compare lint)

docs: ## write docs/catalog.md anew
	$(GO) run ./internal/catalogdoc

release: ## build archives, packages, checksums and SBOM in ./dist for VERSION=v1.2.3 or the tag of the commit
	rm -rf dist
	$(GO) -C internal/release run . -root ../.. -out ../../dist -version '$(VERSION)'

release-test: ## build the release twice, compare the bytes, install the Debian package
	$(GO) -C internal/release test ./...
