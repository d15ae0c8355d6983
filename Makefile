# The tasks: people, hooks and CI call these. They need Python 3.11 or newer and make.
.DEFAULT_GOAL := help
.PHONY: help install up tour bench-page bench-scaling bench-serving bench-history bench-etl bench-search bench-promotion bench-watch bench-loop replay soak-serving env backup restore test test-compose test-s3 sbom audit drill-stack drill-serving drill-kubernetes drill-schema lint format lock etl retrain rollback rollback-data remove-old status clean

# six processes import the same libraries; with bytecode they start in two thirds of the time
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
LOCK := requirements.lock
PACKAGES := --extra flows --extra service --extra webapp --extra embedded
UV := $(BIN)/uv
# files whose change means a new install
WANTED := $(LOCK) pyproject.toml

help: ## list the tasks
	@awk -F ' *## *' '/^[a-z-]+:.*##/ {sub(/:.*/, "", $$1); printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: $(VENV)/.runtime ## start everything; Ctrl-C stops it
	@exec $(BIN)/python -m infra.embedded

etl: $(VENV)/.runtime ## new version of the data: SOURCE=path-or-URL SPLIT=stable|random|chronological EVENTS=file; without SOURCE the same again
	@$(BIN)/python -m flows etl $${SOURCE:+--source "$$SOURCE"} $${SPLIT:+--split "$$SPLIT"} $${EVENTS:+--events "$$EVENTS"} $(OPTIONS)

retrain: $(VENV)/.runtime ## train, compare with the champion, promote the better one
	@$(BIN)/python -m flows retrain $(OPTIONS)

rollback: $(VENV)/.runtime ## put an earlier version of the model back: VERSION=n
	@$(BIN)/python -m flows rollback "$${VERSION:?which one? make status lists them}" $(OPTIONS)

rollback-data: $(VENV)/.runtime ## make an earlier version of the data current: VERSION=name
	@$(BIN)/python -m flows rollback-data "$${VERSION:?which one? make status lists them}"

remove-old: $(VENV)/.runtime ## list old versions and runs that can be removed; OPTIONS=--really removes them
	@$(BIN)/python -m flows remove-old $(OPTIONS)

status: $(VENV)/.runtime ## show what is in use, and the last decisions and runs
	@$(BIN)/python -m flows status

tour: install ## walk through a new stack in a browser: docs/tour.md, docs/tour.es.md and their pictures
	@$(BIN)/python -m tour

bench-page: install ## the web page in a real browser: first paint, click to number, twenty people: OPTIONS='--rounds 5'
	@$(BIN)/python -m benchmarks.page $(OPTIONS)

bench-serving: install ## the API beside other servers, five minutes: OPTIONS='--rounds 5 --seconds 3'
	@$(BIN)/python -m benchmarks.serving $(OPTIONS)

bench-scaling: install ## 1, 2 and 4 APIs, Prefect and Dask workers in containers, a quarter of an hour; needs a Docker engine
	@$(BIN)/python -m benchmarks.scaling $(OPTIONS)

bench-history: install ## ten million stored predictions beside ten thousand, a quarter of an hour: OPTIONS='--rows 1000000'
	@$(BIN)/python -m benchmarks.history $(OPTIONS)

bench-etl: install ## the data step beside pandas, to ten million rows: OPTIONS='--rows 1000000 --rounds 5 --split random'
	@$(BIN)/python -m benchmarks.etl $(OPTIONS)

bench-search: install ## the search beside GridSearchCV, three minutes: OPTIONS='--rounds 3 --rows 100000'
	@$(BIN)/python -m benchmarks.search $(OPTIONS)

bench-promotion: install ## how often each rule promotes by chance in a year, three minutes: OPTIONS='--nights 100'
	@$(BIN)/python -m benchmarks.promotion $(OPTIONS)

bench-watch: install ## how often the watch raises a false alarm, and how soon a true one: OPTIONS='--years 5000'
	@$(BIN)/python -m benchmarks.watch $(OPTIONS)

bench-loop: install ## how soon the system follows a change of sales, five minutes: OPTIONS='--worlds 50 --decades 1'
	@$(BIN)/python -m benchmarks.loop $(OPTIONS)

replay: install ## a year of days, lived with and without learning, in a minute: OPTIONS='--factor 0.8 --shift-day 200'
	@$(BIN)/python -m flows.replay $(OPTIONS)

soak-serving: install ## the API's memory over a million predictions on each database: OPTIONS='--predictions 100000'
	@$(BIN)/python -m benchmarks.history_soak $(OPTIONS)

test: lint ## every check and every test, on real parts; ARGS='-k word' for some of them
	$(BIN)/python -m pytest $(ARGS)

env: ## infra/.env with new secrets for the production stack
	@python3 infra/compose/new_env.py

backup: ## databases and buckets of the production stack, while it runs, into a new folder of backups/
	@infra/compose/backup.sh

restore: ## replace what is there by a backup: BACKUP=folder
	@infra/compose/restore.sh "$${BACKUP:?which one? ls backups}"

test-compose: install ## the production stack in containers, end to end; needs a Docker engine
	TEST_COMPOSE=1 $(BIN)/python -m pytest --numprocesses=0 -o timeout=1800 --durations=0 --durations-min=5 \
		-m compose tests/compose $(ARGS)

test-s3: install ## setup, backup and data store on every S3 server on the PATH: minio, weed (SeaweedFS), versitygw
	@command -v minio || command -v weed || command -v versitygw || { echo 'No S3 server is on the PATH: docs/compose.md lists them.'; exit 1; }
	$(BIN)/python -m pytest --numprocesses=0 tests/infra/test_compose_stores.py tests/flows/storage/test_data_store.py $(ARGS)

sbom: install ## the software bill of materials of the lock, in CycloneDX format: artifacts/sbom.json
	@mkdir -p artifacts
	$(BIN)/cyclonedx-py requirements $(LOCK) --output-reproducible --of JSON -o artifacts/sbom.json

audit: install ## look every locked package up in the database of known vulnerabilities; needs access to pypi.org
	$(BIN)/pip-audit --requirement $(LOCK) --require-hashes --disable-pip

drill-stack: install ## kill each container of the production stack in turn, under load and during a training
	TEST_COMPOSE=1 $(BIN)/python -m pytest --numprocesses=0 -s -o timeout=1800 -m drill tests/compose $(ARGS)

drill-serving: install ## break the API, its database, MLflow, its disk and its clock under load: OPTIONS='--only kill --rounds 3'
	@$(BIN)/python -m drills.serving $(OPTIONS)

drill-kubernetes: install ## apply the manifests to a real Kubernetes API server and let the worker make and cancel a Job
	@$(BIN)/python -m drills.kubernetes

drill-schema: install ## send a running API 10,000 requests generated from its OpenAPI document
	SCHEMA_EXAMPLES=1000 $(BIN)/python -m pytest -s -o timeout=3600 tests/service/api/test_schema.py

lint: install ## ruff, mypy --strict, the import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install ## rewrite the code as ruff wants it
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

install: $(VENV)/.everything ## .venv with every package and tool, exactly as locked

lock: $(UV) ## resolve the dependencies into requirements.lock
	$(UV) pip compile --universal --generate-hashes --python-version 3.11 pyproject.toml --all-extras \
		--group dev --group tools --custom-compile-command 'make lock' --quiet -o $(LOCK)

clean: ## remove what the tasks made; the state in var/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis artifacts
	find . -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/.everything: $(WANTED) | $(UV)
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r $(LOCK)
	@touch $@ $(VENV)/.runtime

$(VENV)/.runtime: $(WANTED) | $(UV)
	$(UV) pip install --quiet --python $(BIN)/python -r pyproject.toml $(PACKAGES) -c $(LOCK) --verify-hashes
	@$(BIN)/python -m infra.embedded.precompile
	@touch $@

# uv installs the rest; it is itself installed from the lock, by pip and by hash
$(UV): | $(BIN)/python
	@awk '/^uv==/ {block = 1} block {print} block && !/\\$$/ {exit}' $(LOCK) > $(VENV)/uv.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r $(VENV)/uv.txt

$(BIN)/python:
	@for python in python3 python3.13 python3.12 python3.11; do \
		$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		$$python -m venv $(VENV) && exit 0; \
		rm -rf $(VENV); \
		echo "$$python cannot make a virtual environment: on Debian and Ubuntu, apt install python3-venv."; exit 1; \
	done; \
	echo 'No Python 3.11 or newer is on the PATH: install one from python.org or by your package manager.'; exit 1
