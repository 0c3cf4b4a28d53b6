# The two commands a newcomer needs are `make run` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: run test test-real wheel-test lint bench fuzz docs catalogs clean

run: $(READY)
	$(BIN)/python main.py

test: $(READY)
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -n 2 --dist worksteal

wheel-test: $(READY)
	$(BIN)/python -m tests.wheel

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/codespell README.md CHANGELOG.md CONTRIBUTING.md docs engine findings gui overshoot tests tools main.py

bench: $(READY)
	$(BIN)/python -m tests.benchmarks

# Says first how long it takes: some two hours of one core with 100 000 inputs for each target.
INPUTS ?= 100000
fuzz: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt atheris
	$(BIN)/python -m tools.fuzz --count $(INPUTS) --keep build/fuzz
	$(BIN)/python -m tools.fuzz --count $(INPUTS) --keep build/fuzz --guided

# Hours of training: what was trained already is kept in build/ and in the user's cache.
docs: $(READY)
	mkdir -p build
	$(BIN)/python -m tools.pages.acceptance --out docs/acceptance.md
	$(BIN)/python -m tools.pages.remedies train build/remedies
	$(BIN)/python -m tools.pages.remedies judge build/remedies --out docs/remedies.md
	$(BIN)/python -m tools.pages.proofs.verdicts --out build/verdicts.jsonl
	$(BIN)/python -m tools.pages.proofs.injected --out build/injected.jsonl
	$(BIN)/python -m tools.pages.proofs.harmless --out build/harmless.jsonl
	$(BIN)/python -m tools.pages.proofs.page build --out docs/proofs.md
	$(BIN)/python -m tools.rates.false_alarms

# Frameworks that train for a person, in an environment of their own; a few hundred megabytes are downloaded.
test-real: $(READY)
	$(PYTHON) -m venv build/real
	build/real/bin/python -m pip install --quiet torch==2.13.0 transformers==5.24.0 accelerate==1.15.0 lightning==2.6.6 keras==3.15.1
	build/real/bin/python -m tests.real

catalogs: $(READY)
	$(BIN)/python -m tools.catalogs

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Overshoot needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.11 run"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[app,dev,tensorboard]"
	@touch $@

clean:
	rm -rf .venv build *.egg-info
