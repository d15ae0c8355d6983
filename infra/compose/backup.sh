#!/usr/bin/env bash
# `make backup`: the three databases and the two buckets into a new folder of backups/, while all of it runs.
# Whatever refers to something is copied before it (runs and predictions, versions of the model, their artifacts, the
# data they learned from), so nothing in a backup points to what is not in it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
umask 077
compose() { docker compose -f infra/docker-compose.yml "$@"; }

folder=${BACKUPS:-backups}/$(date -u +%Y%m%dT%H%M%SZ)
part=$folder.part
trap 'rm -rf "$part"' EXIT
mkdir -p "$part"
for database in prefect history mlflow; do
  compose exec -T postgres pg_dump --username postgres --format custom "$database" >"$part/$database.dump"
done
for bucket in artifacts data; do
  compose run --rm --no-deps -T setup sh -c "python -m infra.compose.archive save \"\$${bucket^^}_BUCKET\"" >"$part/$bucket.tar"
done
(cd "$part" && sha256sum -- *.dump *.tar >SHA256SUMS)
mv "$part" "$folder"
echo "$folder: $(du -sh "$folder" | cut -f1). Put it back by: make restore BACKUP=$folder"
