"""Create MinIO's user for the stack, with rights on its buckets only. Depends on MinIO's admin API."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from infra.compose.settings import S3, Setup

POLICY = "steam-sales"
BUCKET_ACTIONS = ("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads")
OBJECT_ACTIONS = (
    "s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts",
)  # fmt: skip


class UserError(Exception):
    """MinIO does not create the user; the message says why."""


def policy(buckets: Sequence[str]) -> dict[str, object]:
    """Return the policy with every right that worker and MLflow need on the buckets."""
    arns = [f"arn:aws:s3:::{bucket}" for bucket in buckets]
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": list(BUCKET_ACTIONS), "Resource": arns},
            {"Effect": "Allow", "Action": list(OBJECT_ACTIONS), "Resource": [f"{arn}/*" for arn in arns]},
        ],
    }


def create_user(root: S3, settings: Setup) -> None:
    """Create the user with the keys in `AWS_…`, or set its password and rights again. Safe to repeat.

    `root` has the keys of MinIO's root user.

    Raises:
        UserError: MinIO refuses the root user's password, or the new user's name or password.
    """
    from minio import MinioAdmin
    from minio.credentials.providers import StaticProvider
    from minio.error import MinioAdminException

    url = urlsplit(root.aws_endpoint_url)
    keys = StaticProvider(root.aws_access_key_id, root.aws_secret_access_key.get_secret_value())
    admin = MinioAdmin(endpoint=url.netloc, credentials=keys, secure=url.scheme == "https")
    user, secret = settings.aws_access_key_id, settings.aws_secret_access_key.get_secret_value()
    try:
        admin.user_add(user, secret)  # replaces an existing user
        admin.policy_add(POLICY, policy=policy(settings.buckets))
        admin.policy_set(POLICY, user=user)
    except MinioAdminException as error:
        raise UserError(
            f"MinIO does not create user {user}: {error}. Check MINIO_ROOT_USER, AWS_ACCESS_KEY_ID and the "
            "passwords of both."
        ) from error
