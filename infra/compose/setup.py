"""Create databases, buckets and MinIO's user before the servers start: `python -m infra.compose.setup`. Repeatable.

It creates no tables: Prefect, MLflow and the API migrate their own when they start.
"""

import asyncio
import logging
import sys

import asyncpg
from botocore.exceptions import BotoCoreError, ClientError

from infra.compose import buckets, databases, minio_user
from infra.compose.settings import Setup

logger = logging.getLogger("infra.compose.setup")
REFUSED_LOGIN = """\
PostgreSQL refuses the password in POSTGRES_PASSWORD: its volume was created with another one. Set it by

  docker compose -f infra/docker-compose.yml exec postgres psql -U postgres -c '\\password postgres'

and start again; nothing is lost."""


async def create_databases(settings: Setup) -> None:
    """Create the databases and their owners."""
    password = settings.postgres_password.get_secret_value()
    connection = await databases.connect_as_superuser(settings.postgres_host, password)
    try:
        await databases.create_databases(connection, settings.databases)
    finally:
        await connection.close()


def create_buckets(settings: Setup) -> None:
    """Create the buckets. On our MinIO, the root user does so and creates a user with rights on them."""
    root = settings.minio_root
    client = buckets.connect(root or settings)
    for bucket in settings.buckets:
        buckets.create_bucket(client, bucket, settings.old_objects_days)
    if root:
        minio_user.create_user(root, settings)


def main() -> None:
    """Exit with 0 if databases and buckets exist, else print what to do."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    settings = Setup.read()
    try:
        asyncio.run(create_databases(settings))
        create_buckets(settings)
    except asyncpg.InvalidPasswordError:
        sys.exit(REFUSED_LOGIN)
    except (OSError, asyncpg.PostgresError) as error:
        sys.exit(f"PostgreSQL at {settings.postgres_host}: {error}")
    except (buckets.BucketError, minio_user.UserError) as error:
        sys.exit(str(error))
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"The S3 server at {settings.aws_endpoint_url}: {error} Check the S3 user and its password.")
    logger.info("Databases and buckets are ready.")


if __name__ == "__main__":
    main()
