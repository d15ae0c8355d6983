"""What `setup` makes and what `make backup` copies, on a PostgreSQL server and an S3 server."""

import asyncio
import io
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from botocore.exceptions import ClientError

from infra.compose import archive, buckets, databases
from infra.compose.settings import Setup
from infra.compose.setup import create_buckets
from infra.security.credentials import DEVELOPMENT_PREFIX
from tests.infra.launched import free_ports
from tests.s3_servers import PASSWORD, SERVERS, USER, S3Server, s3_server


def run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; they refuse to be run by root."""
    user = "nobody" if os.getuid() == 0 else None
    subprocess.run([program, *arguments], check=True, user=user, stdout=subprocess.DEVNULL, cwd="/")


@pytest.fixture
def postgres(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Host of a server whose superuser has the development password."""
    if shutil.which("initdb") is None or shutil.which("pg_ctl") is None:
        pytest.skip("PostgreSQL's initdb and pg_ctl are not on the PATH")
    (port,) = free_ports(1)
    with tempfile.TemporaryDirectory() as name:
        folder, password = Path(name), Path(name, "password")
        password.write_text(f"{DEVELOPMENT_PREFIX}-postgres")
        if os.getuid() == 0:
            for path in (folder, password):
                os.chown(path, pwd.getpwnam("nobody").pw_uid, -1)
        words = ("-U", "postgres", "-A", "scram-sha-256", f"--pwfile={password}", "--no-sync")
        run("initdb", "-D", str(folder / "data"), *words)
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
        run("pg_ctl", "-D", str(folder / "data"), "-w", "-l", str(folder / "log"), "-o", options, "start")
        monkeypatch.setenv("PGPORT", str(port))
        yield "127.0.0.1"
        run("pg_ctl", "-D", str(folder / "data"), "-w", "-m", "immediate", "stop")


async def prepared(host: str, password: str, owners: dict[str, str]) -> None:
    connection = await databases.connect_as_superuser(host, password)
    await databases.create_databases(connection, owners)
    await connection.close()


async def enters(host: str, user: str, password: str, database: str) -> bool:
    try:
        connection = await asyncpg.connect(host=host, user=user, password=password, database=database)
    except (asyncpg.InvalidPasswordError, asyncpg.InsufficientPrivilegeError):
        return False
    await connection.execute("CREATE TABLE IF NOT EXISTS mine (x int)")
    await connection.close()
    return True


def test_each_database_is_its_owners_alone_and_new_secrets_take_the_place_of_old(postgres: str) -> None:
    async def story() -> None:
        for root, word in (
            (f"{DEVELOPMENT_PREFIX}-postgres", "first"),
            ("new'%root", "se'co%nd"),
            ("new'%root", "se'co%nd"),
        ):
            await prepared(postgres, root, {"mlflow": word, "history": word})
            assert await enters(postgres, "mlflow", word, "mlflow")
            assert not await enters(postgres, "mlflow", word, "history")
        assert not await enters(postgres, "mlflow", "first", "mlflow")
        with pytest.raises(asyncpg.InvalidPasswordError):
            await databases.connect_as_superuser(postgres, "wrong")

    asyncio.run(story())


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[S3Server]:
    with s3_server(request.param, tmp_path / "s3") as running:
        yield running


def settings(server: S3Server, user: str = USER, password: str = PASSWORD, **more: str) -> Setup:
    """Return the settings of the setup job, as the compose file sets them for this server."""
    root = {"minio_root_user": server.user, "minio_root_password": server.password} if server.name == "minio" else {}
    databases_of = {f"{name}_password": PASSWORD for name in ("postgres", "prefect_db", "mlflow_db", "history_db")}
    s3 = {"aws_endpoint_url": server.url, "aws_access_key_id": user, "aws_secret_access_key": password}
    names = {"postgres_host": "postgres", "data_bucket": "data", "artifacts_bucket": "mlflow", "old_objects_days": "30"}
    return Setup.model_validate(s3 | root | databases_of | names | more)


@pytest.fixture
def s3(server: S3Server) -> Iterator[Any]:
    """A client with the keys of the stack, after setup has run twice."""
    for _ in range(2):
        create_buckets(settings(server))
    client = buckets.connect(settings(server))
    yield client
    client.close()


def content(client: Any, bucket: str) -> dict[str, bytes]:
    return {key: client.get_object(Bucket=bucket, Key=key)["Body"].read() for key in archive.list_keys(client, bucket)}


KEEPS_VERSIONS = {"moto", "minio", "seaweedfs", "versitygw-versioning"}
DELETES_BY_ITSELF = {"moto", "minio", "seaweedfs"}


def test_a_bucket_keeps_versions_and_deletes_old_ones_or_setup_warns(
    server: S3Server, caplog: pytest.LogCaptureFixture
) -> None:
    create_buckets(settings(server))
    client = server.client()
    versioning = client.get_bucket_versioning(Bucket="data").get("Status") if server.name in KEEPS_VERSIONS else None
    assert (versioning == "Enabled") == (server.name in KEEPS_VERSIONS)
    assert ("keeps no earlier versions" in caplog.text) == (server.name not in KEEPS_VERSIONS)
    assert ("deletes nothing by itself" in caplog.text) == (server.name not in DELETES_BY_ITSELF)
    if server.name in DELETES_BY_ITSELF:
        (rule,) = client.get_bucket_lifecycle_configuration(Bucket="data")["Rules"]
        assert rule["NoncurrentVersionExpiration"]["NoncurrentDays"] == 30
    if server.name == "moto":
        assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}


def test_a_bucket_is_private(server: S3Server) -> None:
    create_buckets(settings(server))
    server.client().put_object(Bucket="data", Key="a", Body=b"x")
    if server.name == "moto":  # which serves everybody, but knows the grants
        grants = server.client().get_bucket_acl(Bucket="data")["Grants"]
        assert [grant["Permission"] for grant in grants] == ["FULL_CONTROL"]
    else:
        assert httpx.get(f"{server.url}/data/a").status_code == 403


def test_the_stacks_user_of_our_minio_has_rights_on_its_buckets_only(server: S3Server, s3: Any) -> None:
    """Another S3 server gives out its keys itself: there, setup works with the stack's own."""
    assert (settings(server).minio_root is None) == (server.name != "minio")
    s3.put_object(Bucket="mlflow", Key="a", Body=b"x")
    server.client().create_bucket(Bucket="other")
    refused: tuple[Callable[[], Any], ...] = (
        lambda: s3.create_bucket(Bucket="mistyped"),
        lambda: s3.list_objects_v2(Bucket="other"),
        lambda: s3.put_object(Bucket="other", Key="a", Body=b"x"),
        lambda: s3.put_bucket_versioning(Bucket="data", VersioningConfiguration={"Status": "Suspended"}),
    )
    for request in refused if server.name == "minio" else ():
        with pytest.raises(ClientError, match="AccessDenied"):
            request()


def test_keys_that_may_not_list_a_bucket_are_named_with_the_right_that_they_lack(tmp_path: Path) -> None:
    with s3_server("moto", tmp_path / "s3") as strict:
        strict.client().create_bucket(Bucket="data")
        httpx.post(f"{strict.url}/moto-api/reset-auth", content=b"0").raise_for_status()
        try:
            with pytest.raises(buckets.BucketError, match="s3:ListBucket"):
                create_buckets(settings(strict))
        finally:
            httpx.post(f"{strict.url}/moto-api/reset-auth", content=b"inf").raise_for_status()


def test_a_bucket_comes_back_as_it_was_saved(s3: Any) -> None:
    before = {"current.json": b"{}", "versions/1/train.csv": b"a\n" * 1_000_000, "versions/1/empty.csv": b""}
    for key, body in before.items():
        s3.put_object(Bucket="data", Key=key, Body=body)
    tar = io.BytesIO()
    assert archive.save(s3, "data", tar) == len(before)
    s3.put_object(Bucket="data", Key="current.json", Body=b"later")
    s3.put_object(Bucket="data", Key="later", Body=b"x")
    s3.delete_object(Bucket="data", Key="versions/1/train.csv")
    tar.seek(0)
    assert archive.load(s3, "data", tar) == len(before)
    assert content(s3, "data") == before


class Growing(io.BytesIO):
    """A tar during whose writing a version is published, once: its files, then the pointer to them."""

    def __init__(self, client: Any) -> None:
        super().__init__()
        self._client: Any = client

    def write(self, data: Any) -> int:
        client, self._client = self._client, None
        for key in ("versions/2/train.csv", "current.json") if client else ():
            client.put_object(Bucket="data", Key=key, Body=b"2")
        return super().write(data)


def test_what_the_saved_pointer_names_is_saved_though_it_came_meanwhile(s3: Any) -> None:
    for key in ("a", "current.json"):
        s3.put_object(Bucket="data", Key=key, Body=b"1" * 20_000)
    tar = Growing(s3)
    archive.save(s3, "data", tar)
    s3.delete_object(Bucket="data", Key="versions/2/train.csv")
    tar.seek(0)
    archive.load(s3, "data", io.BytesIO(tar.getvalue()))
    assert content(s3, "data")["current.json"] == b"2"
    assert content(s3, "data")["versions/2/train.csv"] == b"2"
