#!/usr/bin/env bash
# openapi-python-client 0.29.1: two schemas with different names under components and the same `title`.
# The names are unique, as OpenAPI asks. The generator names classes by title, keeps one of the two and drops the other,
# and with it the response of every operation that uses it. It ends with 0 and says so in a warning only. Servers that
# take titles from class names (pydantic, Litestar) get there with two classes of one name in two modules.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'openapi-python-client==0.29.1'
cd "$folder"
cat > document.json <<'JSON'
{
  "openapi": "3.1.0",
  "info": {"title": "two titles", "version": "1"},
  "paths": {
    "/a": {"get": {"operationId": "get_a", "responses": {"200": {"description": "a", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/a_Row"}}}}}}},
    "/b": {"get": {"operationId": "get_b", "responses": {"200": {"description": "b", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/b_Row"}}}}}}}
  },
  "components": {"schemas": {
    "a_Row": {"title": "Row", "type": "object", "properties": {"x": {"type": "integer"}}},
    "b_Row": {"title": "Row", "type": "object", "properties": {"y": {"type": "string"}}}
  }}
}
JSON
echo '{"post_hooks": []}' > config.json
"$folder/venv/bin/openapi-python-client" generate --path document.json --meta none --config config.json --output-path client > output.txt 2>&1
code=$?
models=$(ls client/models | grep -v __init__ | tr '\n' ' ')
typed=$(grep -l 'Row' client/api/default/get_a.py client/api/default/get_b.py | wc -l)
echo "exit $code; models: $models; operations with a typed response: $typed of 2"
grep -q 'duplicate models with name "Row"' output.txt
test "$code" = 0
test "$models" = "row.py "
test "$typed" = 1
