"""docker/compose.yaml: a scenario, its report, and the report on a web server."""

import os
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from container_tools import OWNER, ROOT, Ended, Image, call, own_folder, short_case, status

FILE = ROOT / "docker" / "compose.yaml"


@pytest.fixture(scope="module")
def compose(image: Image) -> list[str]:
    """Return the words that start Compose: $COMPOSE, or that of the engine."""
    if "COMPOSE" in os.environ:
        return os.environ["COMPOSE"].split()
    if call(image.engine, "compose", "version").returncode == 0:
        return [image.engine, "compose"]
    if image.engine == "podman" and shutil.which("podman-compose"):
        return ["podman-compose"]
    pytest.skip(f"no Compose for {image.engine}: its compose plugin, or pip install podman-compose")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a user's folder, with a scenario and a place for runs."""
    short_case(tmp_path)
    own_folder(tmp_path / "runs")
    tmp_path.chmod(0o755)  # the user of the containers reads the scenario
    return tmp_path


@contextmanager
def project(
    words: list[str], image: Image, folder: Path, ranks: int
) -> Iterator[tuple[Ended, str]]:
    """Start all services; yield how that went and where the report is, and end them."""
    port = free_port()
    # The user 0 of rootless Podman is the caller.
    user = "0" if image.engine == "podman" and os.geteuid() != 0 else str(OWNER)
    variables = {
        "PWD": str(folder),
        "IMAGE": image.tag,
        "CASE": "/cases/short.toml",
        "RUN": "seen",
        "RANKS": str(ranks),
        "PORT": str(port),
        "USER_ID": user,
        "GROUP_ID": user,
    }
    options = {"cwd": folder, "env": os.environ | variables}
    try:
        yield (
            call(*words, "-f", FILE, "up", "--no-build", "-d", **options),
            f"http://127.0.0.1:{port}/",
        )
    finally:
        call(*words, "-f", FILE, "down", **options)


def test_a_scenario_becomes_a_page(compose: list[str], image: Image, folder: Path) -> None:
    with project(compose, image, folder, ranks=2) as (started, address):
        assert started.returncode == 0, started.stdout + started.stderr
        page = fetched(address).decode()
        assert "voids" in page
        assert "</html>" in page
        picture = next((folder / "runs" / "seen" / "report").glob("*.png"))
        assert fetched(address + picture.name) == picture.read_bytes()
    run = status(folder / "runs" / "seen")
    assert (run["status"], run["ranks"]) == ("finished", 2)
    assert [path.name for path in (folder / "runs").iterdir()] == ["seen"]
    assert {path.stat().st_uid for path in (folder / "runs").rglob("*")} == {OWNER}


def test_a_finished_run_is_only_shown(compose: list[str], image: Image, folder: Path) -> None:
    report = folder / "runs" / "seen" / "report"
    report.mkdir(parents=True)
    (report / "index.html").write_text("here already")
    with project(compose, image, folder, ranks=1) as (started, address):
        assert started.returncode == 0, started.stdout + started.stderr
        assert fetched(address) == b"here already"
    assert not (folder / "runs" / "seen" / "run.json").exists()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def fetched(address: str) -> bytes:
    """Return what a web server answers, once it does."""
    for _ in range(300):
        try:
            with urlopen(address, timeout=10) as answer:
                content: bytes = answer.read()
                return content
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{address} does not answer")
