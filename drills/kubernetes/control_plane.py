"""A Kubernetes control plane of etcd and kube-apiserver on 127.0.0.1. It has no controllers, scheduler or nodes."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from drills.processes import DrillError, free_port, kill, start_program, wait_for

PROGRAMS = ("etcd", "kube-apiserver", "kubectl")
ADMIN_TOKEN = "drill-administrator"  # of a server that lives for a minute on loopback
START_SECONDS = 120


def missing_programs() -> list[str]:
    """Return the programs that are not on the PATH."""
    return [program for program in PROGRAMS if shutil.which(program) is None]


@dataclass(frozen=True)
class ControlPlane:
    """A running API server. `folder` has its certificate, its keys and the kubeconfig files."""

    folder: Path
    url: str

    @property
    def admin_config(self) -> Path:
        """Path of the administrator's kubeconfig."""
        return self.folder / "admin.kubeconfig"

    def write_config(self, path: Path, token: str, namespace: str = "default") -> None:
        """Write a kubeconfig for whoever has the token."""
        cluster = {"server": self.url, "certificate-authority": str(self.folder / "apiserver.crt")}
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "drill", "cluster": cluster}],
            "users": [{"name": "user", "user": {"token": token}}],
            "contexts": [{"name": "drill", "context": {"cluster": "drill", "user": "user", "namespace": namespace}}],
            "current-context": "drill",
        }
        path.write_text(yaml.safe_dump(config), encoding="utf-8")
        path.chmod(0o600)

    def kubectl(self, *words: str, stdin: str | None = None) -> str:
        """Run kubectl as the administrator and return its output. Raises DrillError with its message if it fails."""
        done = subprocess.run(
            ["kubectl", *words], env=self.environment, input=stdin, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise DrillError(f"kubectl {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout

    @property
    def environment(self) -> dict[str, str]:
        """Variables for a program that uses kubectl as the administrator."""
        return os.environ | {"KUBECONFIG": str(self.admin_config)}


@contextmanager
def control_plane(folder: Path) -> Iterator[ControlPlane]:
    """Run the control plane during the block."""
    folder.mkdir()
    etcd_port, peer_port, port = free_port(), free_port(), free_port()
    etcd_url, peer_url = f"http://127.0.0.1:{etcd_port}", f"http://127.0.0.1:{peer_port}"
    _write_keys(folder)
    etcd = start_program(_etcd_command(folder, etcd_url, peer_url), {}, folder / "etcd.log")
    server = start_program(_server_command(folder, etcd_url, port), {}, folder / "kube-apiserver.log")
    plane = ControlPlane(folder, f"https://127.0.0.1:{port}")
    try:
        wait_for(lambda: _is_ready(plane), "kube-apiserver is ready", START_SECONDS)
        plane.write_config(plane.admin_config, ADMIN_TOKEN)
        yield plane
    finally:
        kill(server)
        kill(etcd)


def _write_keys(folder: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    (folder / "service-accounts.key").write_bytes(pem)
    (folder / "tokens.csv").write_text(f"{ADMIN_TOKEN},admin,admin,system:masters\n", encoding="utf-8")


def _etcd_command(folder: Path, client_url: str, peer_url: str) -> list[str]:
    return [
        *("etcd", "--data-dir", str(folder / "etcd"), "--unsafe-no-fsync"),
        *("--listen-client-urls", client_url, "--advertise-client-urls", client_url),
        *("--listen-peer-urls", peer_url, "--initial-advertise-peer-urls", peer_url),
        *("--initial-cluster", f"default={peer_url}"),
    ]


def _server_command(folder: Path, etcd_url: str, port: int) -> list[str]:
    key = str(folder / "service-accounts.key")
    return [
        *("kube-apiserver", f"--etcd-servers={etcd_url}", f"--cert-dir={folder}"),
        *("--bind-address=127.0.0.1", f"--secure-port={port}", "--service-cluster-ip-range=10.96.0.0/16"),
        *("--authorization-mode=RBAC", f"--token-auth-file={folder / 'tokens.csv'}"),
        *("--service-account-issuer=https://kubernetes.default.svc", f"--service-account-key-file={key}"),
        f"--service-account-signing-key-file={key}",
    ]


def _is_ready(plane: ControlPlane) -> bool:
    headers = {"Authorization": f"Bearer {ADMIN_TOKEN}"}
    try:
        # its certificate is its own: whoever answers on this port was started above
        return httpx.get(f"{plane.url}/readyz", headers=headers, verify=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
