"""The image and its Apptainer file, built once for all tests; or what $IMAGE and $SIF name."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from container_tools import ROOT, Image, call

TAG = "lithovoid-test"
NO_BUILDER = 77
MODEST = Path(__file__).with_name("containers.conf")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep everything here out of `make test`: `make test-container` runs it."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.container)


def working_engine() -> str:
    """Return the name of a container engine that answers; skip where there is none."""
    reasons = []
    for engine in os.environ.get("ENGINE", "docker podman").split():
        if shutil.which(engine) is None:
            reasons.append(f"no {engine}")
            continue
        answer = call(engine, "info")
        if answer.returncode == 0:
            return engine
        reasons.append(f"{engine}: {answer.stderr.strip().splitlines()[-1]}")
    pytest.skip(f"no container engine ({'; '.join(reasons)}): apt-get install podman runc")


def podman_runs() -> bool:
    """Whether Podman starts a container, an empty one, in which it then finds no program (127)."""
    with tempfile.TemporaryDirectory() as empty:
        command = ("podman", "run", "--rm", "--network=none", "--rootfs", empty, "/nothing")
        return call(*command).returncode == 127


@pytest.fixture(scope="session")
def image() -> Iterator[Image]:
    """Build the image, or take $IMAGE; skip with the reason where that is not possible here."""
    engine = working_engine()
    patch = pytest.MonkeyPatch()
    patch.setenv("ENGINE", engine)
    if engine == "podman" and "CONTAINERS_CONF" not in os.environ and not podman_runs():
        patch.setenv("CONTAINERS_CONF", str(MODEST))
    tag = os.environ.get("IMAGE", TAG)
    if "IMAGE" not in os.environ:
        build()
    yield Image(engine, tag)
    patch.undo()


def build() -> None:
    """Build the image, or skip where nothing here can."""
    built = call("sh", ROOT / "docker" / "build.sh", TAG, timeout=3000)
    if built.returncode == NO_BUILDER:
        pytest.skip(built.stderr.strip().splitlines()[-1])
    assert built.returncode == 0, built.stdout[-3000:] + built.stderr[-3000:]


@pytest.fixture(scope="session")
def apptainer() -> list[str]:
    """Return the words that start Apptainer: $APPTAINER, or that of the system."""
    command = os.environ.get("APPTAINER", "apptainer").split()
    if shutil.which(command[0]) is None:
        pytest.skip("no apptainer: see apptainer.org, or set APPTAINER")
    return command


@pytest.fixture(scope="session")
def sif(apptainer: list[str], request: pytest.FixtureRequest) -> Path:
    """Build the file from the image, or take $SIF."""
    if "SIF" in os.environ:
        return Path(os.environ["SIF"])
    image: Image = request.getfixturevalue("image")
    factory: pytest.TempPathFactory = request.getfixturevalue("tmp_path_factory")
    folder = factory.mktemp("sif")
    archive = ("--format", "docker-archive") if image.engine == "podman" else ()
    saved = call(image.engine, "save", *archive, "-o", folder / "lithovoid.tar", image.tag)
    assert saved.returncode == 0, saved.stderr
    fast = ("--notest", "--mksquashfs-args", "-comp lz4")  # its own test would cost minutes
    build = (*apptainer, "build", *fast, "lithovoid.sif", ROOT / "docker" / "apptainer.def")
    built = call(*build, cwd=folder, timeout=1500)
    assert built.returncode == 0, built.stdout[-2000:] + built.stderr[-2000:]
    return folder / "lithovoid.sif"
