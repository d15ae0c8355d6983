#!/usr/bin/env bash
# `make backup`: the three databases and the two buckets into a new folder of backups/, while all of it runs.
# Whatever refers to something is copied before it (runs and predictions, versions of the model, their artifacts, the
# data they learned from), so nothing in a backup points to what is not in it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
umask 077
compose() { docker compose -f infra/docker-compose.yml "$@"; }
sums() { if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi; } # macOS has the other
archive() { compose run --rm --no-deps -T setup sh -c "python -m infra.compose.archive $1 \"\$$2\""; }

folder=${BACKUPS:-backups}/$(date -u +%Y%m%dT%H%M%SZ)
part=$folder.part
trap 'rm -rf "$part"' EXIT
mkdir -p "$part"
for database in prefect history mlflow; do
  compose exec -T postgres pg_dump --username postgres --format custom "$database" >"$part/$database.dump"
done
archive save ARTIFACTS_BUCKET >"$part/artifacts.tar"
archive save DATA_BUCKET >"$part/data.tar"
(cd "$part" && sums *.dump *.tar >SHA256SUMS)
mv "$part" "$folder"
echo "$folder: $(du -sh "$folder" | cut -f1). Put it back by: make restore BACKUP=$folder"
