"""The package as it is declared, against the folders as they are."""

import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "solver" / "lithovoid"
LINKED = ("meshes", "postprocess", "scenarios")
FOLDERS = ("solver", *LINKED)
LONGEST_FILE = 300


def tracked(*arguments: str) -> list[str]:
    """Return what ``git ls-files`` lists; skip the test where there is no git checkout."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    command = ["git", "-C", str(ROOT), "ls-files", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def test_the_sister_folders_are_linked_into_the_package() -> None:
    for folder in LINKED:
        assert (PACKAGE / folder).readlink() == Path("..", "..", folder)


def test_folders_with_python_files_are_packages() -> None:
    homes = {path.parent for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")}
    assert [str(home) for home in homes if not (home / "__init__.py").exists()] == []


def test_a_wheel_holds_every_file(tmp_path: Path) -> None:
    """What is tracked is in the wheel under its import name, and nothing else is."""
    files = [Path(name) for name in tracked(*FOLDERS) if (ROOT / name).is_file()]
    wanted = {
        str(Path("lithovoid", file) if file.parts[0] in LINKED else file.relative_to("solver"))
        for file in files
    }
    source = tmp_path / "source"
    for file in (*files, Path("pyproject.toml"), Path("README.md"), Path("LICENSE")):
        (source / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, source / file)
    for folder in LINKED:
        (source / "solver" / "lithovoid" / folder).symlink_to(Path("..", "..", folder))
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    subprocess.run(
        [*command, "--no-build-isolation", "--wheel-dir", str(tmp_path), str(source)], check=True
    )
    (wheel,) = tmp_path.glob("*.whl")
    with ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == wanted


USER_SCRIPT = """
from lithovoid import Simulation, load_scenario
from lithovoid.meshes import MeshData, build_mesh

scenario = load_scenario("case.toml")
mesh: MeshData = build_mesh(scenario)
simulation = Simulation(scenario, mesh)
reveal_type(build_mesh(scenario).cells.shape)
for record in simulation:
    print(record.time, record.contact_fraction)
"""


def test_a_type_checker_follows_the_script_of_a_user(tmp_path: Path) -> None:
    """Outside of the checkout, with the package as the set-up installs it: nothing is unknown."""
    checker = ("basedpyright", "--level", "error", "--pythonpath", sys.executable)
    script = tmp_path / "script.py"
    script.write_text(USER_SCRIPT)
    command = [sys.executable, "-m", *checker, str(script)]
    good = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert good.returncode == 0, good.stdout + good.stderr
    script.write_text(USER_SCRIPT + "    build_mesh(1)\n    print(record.contact_fractoin)\n")
    bad = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert bad.returncode == 1
    assert "build_mesh" in bad.stdout
    assert "contact_fractoin" in bad.stdout


def test_python_files_are_short() -> None:
    paths = [p for folder in (*FOLDERS, "docs", "tests") for p in (ROOT / folder).rglob("*.py")]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in paths}
    assert {name: n for name, n in lengths.items() if n > LONGEST_FILE} == {}


def test_no_generated_file_is_tracked() -> None:
    assert tracked("--cached", "--ignored", "--exclude-standard") == []
