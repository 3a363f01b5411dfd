# Set-up, runs and tests of Lithovoid; `make help` lists the targets.

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
CASE ?= scenarios/lithium_strip.toml
RANKS ?= $(shell [ "$$(nproc)" -ge 2 ] && echo 2 || echo 1)

# Python compiles what it imports, once; for pip to compile all that lies there is half of the set-up.
PIP_INSTALL = $(BIN)/pip install -qq --disable-pip-version-check --no-compile

# One thread per rank: MPI shares the work out, and threads would compete with it.
export OMP_NUM_THREADS := 1

.PHONY: env run test verify bench test-container docs lint clean help

env: $(STAMP)  ## the environment in .venv (PYTHON=... names the interpreter)

$(STAMP): pyproject.toml
	@$(BIN)/python -c "" 2>/dev/null || { \
	  python=$$(.ci/find-python) && echo "Setting up $(VENV) with $$python" && \
	  "$$python" -m venv --clear $(VENV); }
	@$(PIP_INSTALL) --editable '.[wheel,dev]'
	@touch $@

run: $(STAMP)  ## run CASE (default: scenarios/lithium_strip.toml) on RANKS processes, with report
	$(BIN)/mpirun -n $(RANKS) $(BIN)/lithovoid run $(CASE) --report

test: lint  ## lint, types and all tests that take seconds (WORKERS=n; default 2)
	$(BIN)/pytest -n $(or $(WORKERS),2) -m "not long and not container"

verify: $(STAMP)  ## verification, resumable, into tests/verification/RESULTS.md (FRESH=1: all again, WORKERS=n)
	$(BIN)/python tests/verification/verify.py $(if $(FRESH),--fresh) $(if $(WORKERS),--workers $(WORKERS))

bench: $(STAMP)  ## cost and scaling into tests/benchmarks/RESULTS.md (LARGE=1, FIPY=, PYPDE=/path/to/python)
	$(BIN)/python tests/benchmarks/bench.py $(if $(LARGE),--large) $(if $(FIPY),--fipy $(FIPY)) $(if $(PYPDE),--pypde $(PYPDE))

test-container: $(STAMP)  ## the image, Apptainer, Slurm, two hosts, ParaView: what is installed
	$(BIN)/pytest tests/container

docs: $(VENV)/.docs  ## the documentation into build/docs, its tutorials executed; warnings are errors
	$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going -d build/doctrees -c docs . build/docs
	@echo "open build/docs/index.html"

$(VENV)/.docs: $(STAMP)
	@$(PIP_INSTALL) --editable '.[docs]'
	@touch $@

lint: $(STAMP)  ## ruff, mypy and pyright
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/basedpyright --level error

# The versions of this environment that the package needs, without the tools for development.
docker/requirements.txt: pyproject.toml
	$(BIN)/python docker/pin.py > $@

clean:  ## remove the environment and all that is generated, but no runs
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find docs solver meshes postprocess scenarios tests -name __pycache__ -exec rm -rf {} +

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*##/\1\t/p' $(MAKEFILE_LIST) | expand -t 16
