#!/usr/bin/env bash
# `make restore BACKUP=folder`: the databases and buckets as `make backup` found them; what is there now is replaced.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
compose() { docker compose -f infra/docker-compose.yml "$@"; }
sums() { if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi; } # macOS has the other
archive() { compose run --rm --no-deps -T setup sh -c "python -m infra.compose.archive $1 \"\$$2\""; }
sql() { compose exec -T postgres psql --username postgres --quiet --set ON_ERROR_STOP=1 --command "$1"; }

folder=${1:?which one? ls backups}
(cd "$folder" && sums --check SHA256SUMS >/dev/null 2>&1) || { echo "$folder is not whole: nothing was changed." >&2; exit 1; }

compose --profile '*' stop web api api-more worker worker-more mlflow prefect
compose run --rm -T setup
for database in prefect history mlflow; do
  sql "DROP DATABASE IF EXISTS $database WITH (FORCE)"
  sql "CREATE DATABASE $database OWNER $database"
  compose exec -T postgres pg_restore --username postgres --no-owner --role "$database" --exit-on-error \
    --dbname "$database" <"$folder/$database.dump"
done
archive load ARTIFACTS_BUCKET <"$folder/artifacts.tar"
archive load DATA_BUCKET <"$folder/data.tar"
compose up --detach --wait
