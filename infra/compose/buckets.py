"""Create the buckets on the S3 server, with versioning and expiry. Does not depend on what they hold."""

import logging
from typing import Any

from botocore.exceptions import ClientError

from infra.compose.settings import S3

logger = logging.getLogger(__name__)
DEFAULT_REGION = "us-east-1"
BUCKET_EXISTS_CODES = ("BucketAlreadyOwnedByYou", "BucketAlreadyExists")
UNSUPPORTED_CODES = ("NotImplemented", "MethodNotAllowed", "InvalidRequest", "VersioningNotConfigured")
FORBIDDEN_CODES = ("403", "AccessDenied", "Forbidden")
NOT_FOUND_CODES = ("404", "NoSuchBucket", "NotFound")
UNFINISHED_UPLOAD_DAYS = 7


class BucketError(Exception):
    """A bucket cannot be used; the message says what to do."""


def connect(settings: S3) -> Any:
    """Return a client of the S3 server."""
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        endpoint_url=settings.aws_endpoint_url,
        aws_access_key_id=settings.aws_access_key_id,
        aws_secret_access_key=settings.aws_secret_access_key.get_secret_value(),
        region_name=settings.aws_default_region,
        config=Config(retries={"mode": "standard", "total_max_attempts": 5}, s3={"addressing_style": "path"}),
    )


def create_bucket(client: Any, bucket: str, old_objects_days: int) -> None:
    """Create a private bucket if it is missing, with versioning and expiry. Safe to repeat.

    Keeps overwritten and deleted objects for `old_objects_days`. Logs a warning for what the server does not support.

    Raises:
        BucketError: the keys lack a right.
    """
    if not _exists(client, bucket):
        _create(client, bucket)
        logger.info("Bucket %s was created.", bucket)
    try:
        _protect(client, bucket, old_objects_days)
    except ClientError as error:
        if _code(error) not in FORBIDDEN_CODES:
            raise
        logger.warning(
            "These keys may not set versioning and expiry of bucket %s: check both, or grant the rights that "
            "docs/compose.md lists for setup.", bucket,
        )  # fmt: skip


def _exists(client: Any, bucket: str) -> bool:
    try:
        client.head_bucket(Bucket=bucket)
    except ClientError as error:
        if _code(error) in NOT_FOUND_CODES:
            return False
        if _code(error) in FORBIDDEN_CODES:
            raise BucketError(
                f"The S3 keys may not list bucket {bucket}, or are wrong: grant them s3:ListBucket on it "
                "(docs/compose.md has all rights), or correct the bucket's name, AWS_ACCESS_KEY_ID and its secret."
            ) from error
        raise
    return True


def _create(client: Any, bucket: str) -> None:
    region = client.meta.region_name
    # Amazon requires the name of every region but the first
    options = {} if region == DEFAULT_REGION else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    try:
        client.create_bucket(Bucket=bucket, **options)
    except ClientError as error:
        if _code(error) in FORBIDDEN_CODES:
            raise BucketError(
                f"There is no bucket {bucket}, and the S3 keys may not create it: create it, or correct its name."
            ) from error
        if _code(error) not in BUCKET_EXISTS_CODES:
            raise


def _protect(client: Any, bucket: str, old_objects_days: int) -> None:
    versioned = _is_supported(
        client.put_bucket_versioning, Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
    )
    if not versioned:
        logger.warning("The S3 server keeps no earlier versions of objects in %s: overwritten ones are lost.", bucket)
    expires = _is_supported(
        client.put_bucket_lifecycle_configuration,
        Bucket=bucket,
        LifecycleConfiguration={"Rules": [_lifecycle_rule(old_objects_days)]},
    )
    if not expires:
        remaining = "earlier versions of objects and unfinished uploads" if versioned else "unfinished uploads"
        logger.warning("The S3 server deletes nothing by itself in %s: delete %s from time to time.", bucket, remaining)


def _is_supported(request: Any, **arguments: Any) -> bool:
    try:
        request(**arguments)
    except ClientError as error:
        if _code(error) not in UNSUPPORTED_CODES:
            raise
        return False
    return True


def _lifecycle_rule(old_objects_days: int) -> dict[str, object]:
    """Return one rule with both actions: MinIO refuses a rule for unfinished uploads only, and deletes them anyway."""
    return {
        "ID": "earlier versions and unfinished uploads",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "NoncurrentVersionExpiration": {"NoncurrentDays": old_objects_days},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": UNFINISHED_UPLOAD_DAYS},
    }


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])
