# podpath: what to type. Each target sets up .venv first when that is needed (tools/bootstrap).

PYTHON_ENV := .venv/bin/python
# What ruff and mypy read.
SOURCES := src tests benchmarks tools
# Two environments: podpath with what it needs and nothing else, and the tools that look at it.
AUDIT := build/audit
# What builds the forms in which podpath is installed elsewhere.
BUILDERS := build/dist
# The folder from which people get the files of a release: krew and Homebrew are told where they are.
RELEASES ?= https://podpath.invalid/releases/latest
# Processes that pytest runs side by side: one more than processors, as many tests wait for packets that do not come.
WORKERS ?= $(shell expr $$(nproc) + 1)

# The administrator's commands (ip, nft, ...) are in folders that an ordinary user's PATH leaves out on Debian.
export PATH := $(PATH):/usr/local/sbin:/usr/sbin:/sbin
# The environment is the one in .venv, whatever the caller's shell is set up for.
unexport PYTHONHOME PYTHONPATH
# The tests start podpath a thousand times: without bytecode each start would compile it anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test test-long lint audit sbom dist image test-dist docs bench bench-commands clean env env-dev system-packages

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' Makefile

demo: env ## install podpath into .venv and check the sample cluster
	@$(PYTHON_ENV) -m podpath check samples/three-node-canal
	@sh tools/bootstrap path

test: system-packages lint ## lint, then every test that is not long (as root also those in network namespaces)
	$(PYTHON_ENV) -m pytest -n $(WORKERS) --durations 12 --durations-min 5

test-long: env-dev ## the tests marked long; none is fine
	$(PYTHON_ENV) -m pytest -n $(WORKERS) -m long --timeout 1800 --durations 40 --durations-min 20 || [ $$? -eq 5 ]

lint: env-dev ## ruff, mypy and the import contracts
	$(PYTHON_ENV) -m ruff check $(SOURCES)
	$(PYTHON_ENV) -m ruff format --check $(SOURCES)
	$(PYTHON_ENV) -m mypy $(SOURCES)
	$(PYTHON_ENV) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()' --no-logo

audit: $(AUDIT) ## compare what podpath needs with known advisories (needs the network)
	$(AUDIT)/tools/bin/pip-audit --strict --path $(AUDIT)/podpath/lib/python*/site-packages

sbom: $(AUDIT) ## write what podpath needs into dist/podpath.cdx.json (CycloneDX)
	mkdir -p dist
	$(AUDIT)/tools/bin/cyclonedx-py environment --pyproject pyproject.toml --mc-type application \
		$(AUDIT)/podpath/bin/python -o dist/podpath.cdx.json

$(AUDIT): pyproject.toml | env
	rm -rf $@
	$(PYTHON_ENV) -m venv $@/podpath
	$@/podpath/bin/python -m pip install --quiet .
	$(PYTHON_ENV) -m venv $@/tools
	$@/tools/bin/python -m pip install --quiet '.[audit]'

dist: $(BUILDERS) ## build dist/: wheel, sources, one file, krew and Homebrew, manuals, completions, Debian package (needs the network)
	rm -rf dist/podpath-*.whl dist/podpath-*.tar.gz dist/*.pyz dist/podpath_*.deb dist/podpath.krew.yaml dist/podpath.rb \
		dist/man dist/completions
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BUILDERS)/bin/python -m build --outdir dist .
	$(BUILDERS)/bin/pex dist/podpath-*.whl --venv prepend --script podpath --output-file dist/podpath.pyz
	$(BUILDERS)/bin/pex dist/podpath-*.whl --venv prepend --script kubectl-podpath --output-file dist/kubectl-podpath.pyz
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(PYTHON_ENV) tools/write_taps.py dist $(RELEASES)
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(PYTHON_ENV) tools/write_man.py dist/man
	mkdir dist/completions
	$(PYTHON_ENV) -m podpath completion bash >dist/completions/podpath.bash
	$(PYTHON_ENV) -m podpath completion zsh >dist/completions/_podpath
	$(PYTHON_ENV) -m podpath completion fish >dist/completions/podpath.fish
	! command -v dpkg-deb >/dev/null || sh tools/make_deb $(BUILDERS)/bin/python

image: dist ## build dist/podpath-image, an OCI image of the Debian package (as root, with mmdebstrap and umoci)
	sh tools/make_image

test-dist: dist ## install each form in a clean place, and let it check a sample (needs the network)
	sh tools/test_dist

$(BUILDERS): pyproject.toml | env
	rm -rf $@
	$(PYTHON_ENV) -m venv $@
	$@/bin/python -m pip install --quiet '.[dist]'

docs: | env ## build the documentation as a site, build/site/index.html (needs the network once)
	[ -x build/docs/bin/mkdocs ] || { $(PYTHON_ENV) -m venv build/docs && build/docs/bin/python -m pip install --quiet '.[docs]'; }
	NO_MKDOCS_2_WARNING=1 build/docs/bin/mkdocs build --quiet --clean

bench: env-dev ## run every benchmarks/bench_*.py
	@set -e; for file in benchmarks/bench_*.py; do \
		name=$${file#benchmarks/}; $(PYTHON_ENV) -m "benchmarks.$${name%.py}"; \
	done

bench-commands: env-dev ## measure whole commands, and say which became slower than what was kept
	$(PYTHON_ENV) -m benchmarks.bench_commands

clean: ## remove .venv, builds and caches
	rm -rf .venv build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

env: ## set up .venv with podpath in it
	@sh tools/bootstrap run

env-dev: ## set up .venv with what the tests need
	@sh tools/bootstrap dev

system-packages: ## install the commands the tests run (as root or with sudo), or say which are missing
	@sh tools/bootstrap system
