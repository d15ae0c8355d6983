"""The buckets in the S3 server. Knows the protocol, not what is kept there."""

import logging
from typing import Any

from botocore.exceptions import ClientError

from infra.compose.settings import S3

logger = logging.getLogger(__name__)
FIRST = "us-east-1"
EXISTS = ("BucketAlreadyOwnedByYou", "BucketAlreadyExists")
LACKING = ("NotImplemented", "MethodNotAllowed", "InvalidRequest")


def connect(settings: S3) -> Any:
    """A client of the S3 server."""
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


def make(client: Any, bucket: str, old_objects_days: int) -> None:
    """A private bucket that keeps what is overwritten or deleted for so many days. Safe to repeat."""
    region = client.meta.region_name
    # Amazon wants to hear of every region but the first
    elsewhere = {} if region == FIRST else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    try:
        client.create_bucket(Bucket=bucket, **elsewhere)
    except ClientError as error:
        if error.response["Error"]["Code"] not in EXISTS:
            raise
    try:
        client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        client.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=_expiring(old_objects_days))
    except ClientError as error:
        if error.response["Error"]["Code"] not in LACKING:
            raise
        logger.warning("The S3 server keeps no earlier versions of objects: what is overwritten there is gone.")


def _expiring(days: int) -> dict[str, object]:
    rule = {
        "ID": "earlier versions",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "NoncurrentVersionExpiration": {"NoncurrentDays": days},
    }
    return {"Rules": [rule]}
