"""The manifests against Kubernetes' schemas, the compose file, and what every pod must keep to. Starts nothing."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import kubernetes_validate
import pytest
import yaml
from prefect.utilities.templating import apply_values
from prefect_kubernetes.worker import KubernetesWorkerJobConfiguration

from flows.orchestration.provisioning import job_template
from infra.embedded.settings import ROOT
from tests.infra.test_compose_file import filled, services

FOLDER = ROOT / "infra" / "kubernetes"
LAID_OVER = {"kustomization.yaml", "job-template.yaml"}
VERSION = "1.33"
# what says how runs become Jobs, and what the containers' addresses are there
OWN = re.compile(r"STEAM_SALES_JOB_TEMPLATE|PREFECT_INTEGRATIONS_KUBERNETES_\w+|MLFLOW_HTTP_REQUEST_TIMEOUT")
ELSEWHERE = {"AWS_ENDPOINT_URL", "MLFLOW_ALLOWED_HOSTS", "PREFECT_ALLOWED_HOSTS"}
# for one machine: the ports are on loopback, and there is one proxy, known by its name
OPEN = {
    "TMPDIR",
    "MINIO_ROOT_USER",
    "MINIO_ROOT_PASSWORD",
    "API_OPEN",
    "WEB_OPEN",
    "WEB_HOST_NAMES",
    "API_PROXIES",
    "WEB_PROXIES",
    "BIND_ADDRESS",
    "PROXY_ADDRESS",
}
PASSWORD = re.compile(r"\$\((\w+)\)")


@cache
def manifests() -> list[dict[str, Any]]:
    paths = (path for path in sorted(FOLDER.glob("*.yaml")) if path.name not in LAID_OVER)
    return [one for path in paths for one in yaml.safe_load_all(path.read_text(encoding="utf-8"))]


def named(kind: str, name: str) -> dict[str, Any]:
    return next(one for one in manifests() if (one["kind"], one["metadata"]["name"]) == (kind, name))


@cache
def job() -> dict[str, Any]:
    """Return the Job of a run: the template with its defaults, as prefect-kubernetes reads and checks it."""
    manifest = job_manifest(job_template(FOLDER / "job-template.yaml", {"MLFLOW_HTTP_REQUEST_TIMEOUT": "30"}))
    container = manifest["spec"]["template"]["spec"]["containers"][0]
    container["env"] = [{"name": name, "value": value} for name, value in container["env"].items()]
    container["args"] = container["args"].split()  # as Prefect does before it makes the Job
    return manifest


def job_manifest(template: dict[str, Any]) -> dict[str, Any]:
    """Return the manifest. Raises ValueError if prefect-kubernetes refuses it."""
    fields = template["variables"]["properties"]
    values = {name: field["default"] for name, field in fields.items() if "default" in field}
    values |= {"name": "a-run", "command": "prefect flow-run execute"}
    configuration = apply_values(template["job_configuration"], values)
    return dict(KubernetesWorkerJobConfiguration.model_validate(configuration).job_manifest)


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every pod's labels' `app` and its spec, those of runs too."""
    for one in [*manifests(), job()]:
        if one["kind"] in {"Deployment", "Job"}:
            template = one["spec"]["template"]
            yield template["metadata"]["labels"]["app"], template["spec"]


def secrets() -> dict[str, set[str]]:
    """What each Secret holds, as the page says how to make them."""
    page = (ROOT / "docs" / "scaling.md").read_text(encoding="utf-8")
    return {
        name: set(keys.split("|"))
        for name, keys in re.findall(r"^secret (\S+) +'?([A-Z_|0-9]+)'?$", page, re.MULTILINE)
    }


@pytest.mark.parametrize(
    "manifest", [*manifests(), job()], ids=lambda one: f"{one['kind']}-{one['metadata'].get('name')}"
)
def test_a_manifest_is_what_its_schema_says(manifest: dict[str, Any]) -> None:
    kubernetes_validate.validate(manifest, VERSION, strict=True)


@pytest.mark.parametrize("field", ["completions", "parallelism"])
def test_prefect_refuses_a_job_template_without_a_count_in_its_spec(field: str) -> None:
    template = job_template(FOLDER / "job-template.yaml", {})
    assert template["job_configuration"]["job_manifest"]["spec"].pop(field) == 1
    with pytest.raises(ValueError, match="missing required attributes"):
        job_manifest(template)


def test_all_of_them_are_applied() -> None:
    listed = yaml.safe_load((FOLDER / "kustomization.yaml").read_text(encoding="utf-8"))
    assert {*listed["resources"], *LAID_OVER} == {path.name for path in FOLDER.glob("*.yaml")}
    assert listed["configMapGenerator"] == [{"name": "job-template", "files": ["job-template.yaml"]}]
    ours = {container["image"].partition(":")[0] for _, spec in pods() for container in spec["containers"]}
    assert {one["name"] for one in listed["images"]} == ours
    assert {one["newTag"] for one in listed["images"]} == {"local"}


@pytest.mark.parametrize(("app", "spec"), list(pods()), ids=lambda one: one if isinstance(one, str) else "")
def test_every_pod_is_bounded_and_may_do_little(app: str, spec: dict[str, Any]) -> None:
    (container,) = spec["containers"]
    assert spec["enableServiceLinks"] is False
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
    }  # fmt: skip
    assert container["resources"]["limits"]["memory"]
    assert container["resources"]["requests"]["cpu"]
    assert ("serviceAccountName" in spec) == (app == "worker")
    assert ("livenessProbe" in container) == (app not in {"setup", "run"})


@pytest.mark.parametrize(("app", "spec"), list(pods()), ids=lambda one: one if isinstance(one, str) else "")
def test_a_program_is_told_what_the_compose_file_tells_it(app: str, spec: dict[str, Any]) -> None:
    (container,) = spec["containers"]
    service = services()["worker" if app == "run" else app]
    assert container["image"] == filled(service["image"])
    wanted = {
        name: value if value is None else filled(str(value))
        for name, value in service["environment"].items()
        if name not in OPEN
    }
    given = told(container)
    assert set(given) <= set(wanted)
    assert {name for name, value in wanted.items() if value is not None} <= set(given)
    same = {name: text for name, text in given.items() if text is not None and name not in ELSEWHERE}
    assert {name: wanted[name] or same[name] for name in same} == same


def told(container: dict[str, Any]) -> dict[str, str | None]:
    """What a container is told by ConfigMaps and by itself; None where a Secret says it."""
    given: dict[str, str | None] = {}
    for source in container["envFrom"]:
        if "secretRef" in source:
            given |= dict.fromkeys(secrets()[source["secretRef"]["name"]])
        else:
            given |= named("ConfigMap", source["configMapRef"]["name"])["data"]
    own = {one["name"]: one.get("value") for one in container.get("env", []) if not OWN.fullmatch(one["name"])}
    by_secret = {one["name"] for one in container.get("env", []) if "valueFrom" in one}
    used = {name for value in own.values() for name in PASSWORD.findall(value or "")}
    assert used == by_secret
    known = services()["setup"]["environment"]
    whole: dict[str, str | None] = {
        name: PASSWORD.sub(lambda match: filled(known[match[1]]), value) for name, value in own.items() if value
    }
    return given | whole


def test_no_manifest_contains_a_secret() -> None:
    assert "Secret" not in {one["kind"] for one in manifests()}
    assert "development-" not in "".join(path.read_text(encoding="utf-8") for path in FOLDER.iterdir())


def policies() -> dict[str, dict[str, Any]]:
    return {one["metadata"]["name"]: one["spec"] for one in manifests() if one["kind"] == "NetworkPolicy"}


def test_nothing_may_be_sent_or_received_without_a_policy() -> None:
    everything = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert policies()["deny-all"] == everything
    own = set(policies()) - {"deny-all", "dns"}
    assert own == {app for app, _ in pods()}
    for app in own:
        assert policies()[app]["podSelector"] == {"matchLabels": {"app": app}}
        assert all(rule["ports"] for rule in (*policies()[app]["egress"], *policies()[app].get("ingress", ())))


def test_every_service_receives_requests_on_its_port_only() -> None:
    ports = {one["metadata"]["name"]: one["spec"].get("ports") for one in manifests() if one["kind"] == "Service"}
    listening = {app for app, policy in policies().items() if "ingress" in policy}
    assert listening == set(ports) - {"postgres"}
    for app in listening:
        assert policies()[app]["ingress"][0]["ports"] == [{"port": ports[app][0]["port"]}]


@pytest.mark.parametrize(("app", "spec"), list(pods()), ids=lambda one: one if isinstance(one, str) else "")
def test_a_pod_may_send_to_every_address_in_its_environment(app: str, spec: dict[str, Any]) -> None:
    """A name of ours must be allowed as pods, and any other address by its port."""
    ours = {one["metadata"]["name"] for one in manifests() if one["kind"] == "Service"} - {"postgres"}
    rules = policies()[app]["egress"]
    for host, port in addresses(environment_of(spec["containers"][0])):
        pods_allowed = [{"podSelector": {"matchLabels": {"app": host}}}] if host in ours else None
        assert any(rule.get("to") == pods_allowed and {"port": port} in rule["ports"] for rule in rules), (host, port)
    if spec.get("serviceAccountName"):
        assert any({"port": 6443} in rule["ports"] for rule in rules)


def environment_of(container: dict[str, Any]) -> dict[str, str | None]:
    return told(container) | ({"POSTGRES_HOST": "postgresql://postgres/"} if container["name"] == "setup" else {})


def addresses(environment: dict[str, str | None]) -> set[tuple[str, int]]:
    """Return host and port of every URL that a program sends requests to; links for a browser are none."""
    urls = [
        urlsplit(value) for name, value in environment.items() if value and "LINK" not in name and "ORIGIN" not in name
    ]
    ports = {"postgresql": 5432, "postgresql+asyncpg": 5432, "postgresql+psycopg": 5432, "http": 80, "https": 443}
    return {(str(url.hostname), url.port or ports[url.scheme]) for url in urls if url.scheme in ports}


@pytest.mark.parametrize(("app", "spec"), list(pods()), ids=lambda one: one if isinstance(one, str) else "")
def test_every_volume_for_temporary_files_has_a_size(app: str, spec: dict[str, Any]) -> None:
    volumes = [volume["emptyDir"] for volume in spec["volumes"] if "emptyDir" in volume]
    assert volumes, app
    assert all(re.fullmatch(r"\d+[MG]i", volume["sizeLimit"]) for volume in volumes)
