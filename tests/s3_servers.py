"""S3 servers for tests: moto in this process always, and each real server whose program is on the PATH."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import httpx
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from moto.server import ThreadedMotoServer

from tests.infra.launched import free_ports, until

USER, PASSWORD = "steam-sales", "a-password-of-the-tests"
ROOT = ("minio-root", "another-password-of-the-tests")
PROGRAMS = {"minio": "minio", "seaweedfs": "weed", "versitygw": "versitygw", "versitygw-versioning": "versitygw"}
REAL = [name for name, program in PROGRAMS.items() if shutil.which(program)]
SERVERS = ["moto", *REAL]


@dataclass(frozen=True)
class S3Server:
    """A running server and keys that may do everything."""

    name: str
    url: str
    user: str = USER
    password: str = PASSWORD

    def client(self) -> Any:
        """Return a client with these keys."""
        return boto3.client(
            "s3",
            endpoint_url=self.url,
            aws_access_key_id=self.user,
            aws_secret_access_key=self.password,
            region_name="us-east-1",
            config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
        )


@contextmanager
def s3_server(name: str, folder: Path) -> Iterator[S3Server]:
    """Run a server during the block, with its files in `folder`."""
    if name == "moto":
        moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        moto.start()
        host, port = moto.get_host_and_port()
        httpx.post(f"http://{host}:{port}/moto-api/reset").raise_for_status()  # its buckets outlive a server
        yield S3Server(name, f"http://{host}:{port}")
        moto.stop()
        return
    port, *more = free_ports(8)
    keys = ROOT if name == "minio" else (USER, PASSWORD)
    server = S3Server(name, f"http://127.0.0.1:{port}", *keys)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f"{name}.log").open("w") as log:
        command = _command(name, folder, port, more)
        process = subprocess.Popen(command, env=_environment(name), cwd=folder, stdout=log, stderr=log)
    try:
        until(lambda: _responds(server), 60)
        yield server
    finally:
        process.kill()  # SeaweedFS takes half a minute to stop by itself
        process.wait()


def _command(name: str, folder: Path, port: int, more: list[int]) -> list[str]:
    if name == "minio":
        return ["minio", "server", str(folder), "--address", f"127.0.0.1:{port}", "--console-address", ":0"]
    if name == "seaweedfs":
        options = (
            "master.port",
            "volume.port",
            "filer.port",
            "master.port.grpc",
            "volume.port.grpc",
            "filer.port.grpc",
        )
        ports = [f"-{option}={free}" for option, free in zip(options, more, strict=False)]
        sizes = ["-volume.max=20", "-master.volumeSizeLimitMB=64"]
        grpc = f"-s3.port.grpc={more[-1]}"
        return ["weed", "server", f"-dir={folder}", "-ip=127.0.0.1", "-s3", f"-s3.port={port}", grpc, *ports, *sizes]
    versions = folder.with_name(f"{folder.name}-versions")
    versions.mkdir()
    keep = ["--versioning-dir", str(versions)] if name == "versitygw-versioning" else []
    return ["versitygw", "--port", f"127.0.0.1:{port}", "posix", *keep, str(folder)]


def _environment(name: str) -> dict[str, str]:
    keys = {
        "minio": dict(zip(("MINIO_ROOT_USER", "MINIO_ROOT_PASSWORD"), ROOT, strict=True)),
        "seaweedfs": {"AWS_ACCESS_KEY_ID": USER, "AWS_SECRET_ACCESS_KEY": PASSWORD},
    }
    return os.environ | keys.get(name, {"ROOT_ACCESS_KEY_ID": USER, "ROOT_SECRET_ACCESS_KEY": PASSWORD})


def _responds(server: S3Server) -> bool:
    try:
        server.client().list_buckets()
    except (BotoCoreError, ClientError):
        return False
    return True
