"""What `setup` makes and what `make backup` copies, on a PostgreSQL server and an S3 server."""

import asyncio
import io
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from moto.server import ThreadedMotoServer

from infra.compose import archive, buckets, databases
from infra.compose.settings import S3
from infra.security.credentials import DEVELOPMENT
from tests.infra.launched import free_ports


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
        password.write_text(f"{DEVELOPMENT}-postgres")
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
    connection = await databases.as_superuser(host, password)
    await databases.make(connection, owners)
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
        for root, word in ((f"{DEVELOPMENT}-postgres", "first"), ("new'%root", "se'co%nd"), ("new'%root", "se'co%nd")):
            await prepared(postgres, root, {"mlflow": word, "history": word})
            assert await enters(postgres, "mlflow", word, "mlflow")
            assert not await enters(postgres, "mlflow", word, "history")
        assert not await enters(postgres, "mlflow", "first", "mlflow")
        with pytest.raises(asyncpg.InvalidPasswordError):
            await databases.as_superuser(postgres, "wrong")

    asyncio.run(story())


@pytest.fixture
def s3() -> Iterator[Any]:
    """A client of an S3 server."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    told = {"aws_access_key_id": "us", "aws_secret_access_key": "secret"}
    client = buckets.connect(S3.model_validate(told | {"aws_endpoint_url": f"http://{host}:{port}"}))
    yield client
    client.close()
    server.stop()


def content(client: Any, bucket: str) -> dict[str, bytes]:
    return {key: client.get_object(Bucket=bucket, Key=key)["Body"].read() for key in archive.keys(client, bucket)}


def test_a_bucket_is_private_keeps_old_versions_and_is_made_once(s3: Any) -> None:
    for _ in range(2):
        buckets.make(s3, "data", 30)
    assert s3.get_bucket_versioning(Bucket="data")["Status"] == "Enabled"
    (rule,) = s3.get_bucket_lifecycle_configuration(Bucket="data")["Rules"]
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    grants = s3.get_bucket_acl(Bucket="data")["Grants"]
    assert [grant["Permission"] for grant in grants] == ["FULL_CONTROL"]


def test_a_bucket_comes_back_as_it_was_saved(s3: Any) -> None:
    buckets.make(s3, "data", 30)
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
    buckets.make(s3, "data", 30)
    for key in ("a", "current.json"):
        s3.put_object(Bucket="data", Key=key, Body=b"1" * 20_000)
    tar = Growing(s3)
    archive.save(s3, "data", tar)
    s3.delete_object(Bucket="data", Key="versions/2/train.csv")
    tar.seek(0)
    archive.load(s3, "data", io.BytesIO(tar.getvalue()))
    assert content(s3, "data")["current.json"] == b"2"
    assert content(s3, "data")["versions/2/train.csv"] == b"2"
