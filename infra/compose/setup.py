"""`python -m infra.compose.setup`: what must be there before anything else starts. Safe to repeat.

Tables are no business of its: Prefect, MLflow and the API bring their own to the newest shape as they start.
"""

import asyncio
import logging
import sys

import asyncpg
from botocore.exceptions import BotoCoreError, ClientError

from infra.compose import buckets, databases
from infra.compose.settings import Setup

logger = logging.getLogger("infra.compose.setup")
PASSWORDS = """PostgreSQL refuses the password in POSTGRES_PASSWORD: its volume was made with another one. Set it by

  docker compose -f infra/docker-compose.yml exec postgres psql -U postgres -c '\\password postgres'

and start again; nothing is lost."""


async def make_databases(settings: Setup) -> None:
    """The databases and who may use them."""
    password = settings.postgres_password.get_secret_value()
    connection = await databases.as_superuser(settings.postgres_host, password)
    try:
        await databases.make(connection, settings.databases)
    finally:
        await connection.close()


def make_buckets(settings: Setup) -> None:
    """The buckets."""
    client = buckets.connect(settings)
    for bucket in (settings.data_bucket, settings.artifacts_bucket):
        buckets.make(client, bucket, settings.old_objects_days)


def main() -> None:
    """Exit code 0 when all is there, otherwise a sentence on what to do."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    settings = Setup.read()
    try:
        asyncio.run(make_databases(settings))
        make_buckets(settings)
    except asyncpg.InvalidPasswordError:
        sys.exit(PASSWORDS)
    except (OSError, asyncpg.PostgresError) as error:
        sys.exit(f"PostgreSQL at {settings.postgres_host}: {error}")
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"The S3 server at {settings.aws_endpoint_url}: {error} Check AWS_ACCESS_KEY_ID and its secret.")
    logger.info("Databases and buckets are there.")


if __name__ == "__main__":
    main()
