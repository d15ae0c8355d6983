#!/usr/bin/env bash
# `make restore BACKUP=folder`: the databases and buckets as `make backup` found them; what is there now is replaced.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
compose() { docker compose -f infra/docker-compose.yml "$@"; }
sql() { compose exec -T postgres psql --username postgres --quiet --set ON_ERROR_STOP=1 --command "$1"; }

folder=${1:?which one? ls backups}
(cd "$folder" && sha256sum --check --quiet SHA256SUMS) || { echo "$folder is not whole: nothing was changed." >&2; exit 1; }

compose stop web api worker mlflow prefect
compose run --rm -T setup
for database in prefect history mlflow; do
  sql "DROP DATABASE IF EXISTS $database WITH (FORCE)"
  sql "CREATE DATABASE $database OWNER $database"
  compose exec -T postgres pg_restore --username postgres --no-owner --role "$database" --exit-on-error \
    --dbname "$database" <"$folder/$database.dump"
done
for bucket in artifacts data; do
  compose run --rm --no-deps -T setup sh -c "python -m infra.compose.archive load \"\$${bucket^^}_BUCKET\"" <"$folder/$bucket.tar"
done
compose up --detach --wait
