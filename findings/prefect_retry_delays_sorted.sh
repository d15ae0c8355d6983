#!/usr/bin/env bash
# Prefect passes settings to the process of a flow run through environment variables. A list of retry delays is sorted
# as text on the way. Exits 0 if that is still so, 1 if it changed.
set -euo pipefail
version=3.8.8
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "prefect==$version"
cd "$folder"
export PREFECT_HOME="$folder/home" DO_NOT_TRACK=1 PREFECT_TASKS_DEFAULT_RETRY_DELAY_SECONDS=2,4,8,16,32
"$folder/venv/bin/python" - <<'PY'
import sys

import prefect
from prefect.settings import get_current_settings

settings = get_current_settings()
here = settings.tasks.default_retry_delay_seconds
passed_on = settings.to_environment_variables(exclude_unset=True)["PREFECT_TASKS_DEFAULT_RETRY_DELAY_SECONDS"]
print(f"prefect {prefect.__version__}")
print(f"in this process:           {here}")
print(f"passed on to a flow's run: {passed_on}")
print("The second is sorted as text: a run waits 16 seconds before its first retry.")
same = [float(delay) for delay in passed_on.split(",")] == here
sys.exit(1 if same or here != [2, 4, 8, 16, 32] else 0)
PY
