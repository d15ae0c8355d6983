"""The manifests against Kubernetes' schemas, the compose file, and what every pod must keep to. Starts nothing."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import kubernetes_validate
import pytest
import yaml
from prefect.utilities.templating import apply_values

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
OPEN = {"API_OPEN", "WEB_OPEN", "WEB_HOST_NAMES", "API_PROXIES", "WEB_PROXIES", "BIND_ADDRESS", "PROXY_ADDRESS"}
PASSWORD = re.compile(r"\$\((\w+)\)")


@cache
def manifests() -> list[dict[str, Any]]:
    paths = (path for path in sorted(FOLDER.glob("*.yaml")) if path.name not in LAID_OVER)
    return [one for path in paths for one in yaml.safe_load_all(path.read_text(encoding="utf-8"))]


def named(kind: str, name: str) -> dict[str, Any]:
    return next(one for one in manifests() if (one["kind"], one["metadata"]["name"]) == (kind, name))


@cache
def job() -> dict[str, Any]:
    """The Job that Prefect makes of a run: the template with its defaults, the environment as a list of its own."""
    template = job_template(FOLDER / "job-template.yaml", {"MLFLOW_HTTP_REQUEST_TIMEOUT": "30"})
    fields = template["variables"]["properties"]
    values = {name: field["default"] for name, field in fields.items() if "default" in field}
    values |= {"name": "a-run", "command": ["prefect", "flow-run", "execute"]}
    made = dict(apply_values(template["job_configuration"]["job_manifest"], values))
    container = made["spec"]["template"]["spec"]["containers"][0]
    container["env"] = [{"name": name, "value": value} for name, value in container["env"].items()]
    return made


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


def test_every_door_is_known_to_the_network_policies() -> None:
    policies = {one["metadata"]["name"]: one["spec"] for one in manifests() if one["kind"] == "NetworkPolicy"}
    doors = {one["metadata"]["name"]: one["spec"].get("ports", []) for one in manifests() if one["kind"] == "Service"}
    assert policies.pop("nobody") == {"podSelector": {}, "policyTypes": ["Ingress"]}
    for name, policy in policies.items():
        assert policy["podSelector"] == {"matchLabels": {"app": name}}
        assert policy["ingress"][0]["ports"] == [{"port": doors[name][0]["port"]}]
    assert set(policies) == set(doors) - {"postgres"}
