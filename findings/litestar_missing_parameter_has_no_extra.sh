#!/usr/bin/env bash
# Litestar 2.25.0: a query parameter that is invalid and one that is missing are told in two different shapes.
# Both are a 400. An invalid value comes with `extra`, a list that names the parameter under `key`. A missing one comes
# without `extra`: its name stands only in the sentence of `detail`. An error page made from `extra` alone is then empty.
# Seen: {"invalid": [["limit", "query"]], "missing": null, "detail": "Missing required query parameter 'limit' for path /items"}
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet 'litestar==2.25.0' 'httpx==0.28.1'
cat > "$folder/missing.py" <<'PYTHON'
import json
from typing import Annotated

from litestar import Litestar, get
from litestar.params import QueryParameter
from litestar.testing import TestClient


@get("/items")
async def items(limit: Annotated[int, QueryParameter(le=10)]) -> int:
    return limit


with TestClient(Litestar([items])) as client:
    invalid, missing = client.get("/items?limit=11").json(), client.get("/items").json()
print(
    json.dumps(
        {
            "invalid": [[item["key"], item["source"]] for item in invalid["extra"]],
            "missing": missing.get("extra"),
            "detail": missing["detail"].split("http://")[0].strip(),
        }
    )
)
PYTHON
seen=$("$folder/venv/bin/python" "$folder/missing.py")
echo "litestar 2.25.0: $seen"
"$folder/venv/bin/python" - "$seen" <<'PYTHON'
import json
import sys

seen = json.loads(sys.argv[1])
assert seen["invalid"] == [["limit", "query"]], seen
assert seen["missing"] is None, seen
assert seen["detail"].startswith("Missing required query parameter 'limit'"), seen
PYTHON
