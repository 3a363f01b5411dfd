"""Pictures do not depend on the user's settings; a report that fails does not spoil a run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import tomli_w
from launch import COMMAND
from scenario_cases import strip
from synthetic_run import write_run

SETTINGS = """
text.usetex: True
font.size: 30
font.family: cursive
figure.dpi: 30
figure.figsize: 2, 2
savefig.dpi: 30
savefig.transparent: True
savefig.facecolor: black
figure.facecolor: black
axes.facecolor: black
axes.grid: True
axes.formatter.use_locale: True
axes.formatter.limits: -1, 1
axes.prop_cycle: cycler('color', ['r'])
axes.titlesize: 30
image.cmap: gray
image.lut: 2
image.interpolation: nearest
lines.linewidth: 9
xtick.labelsize: 30
hatch.color: r
mathtext.fontset: cm
path.sketch: 5, 100, 2
backend: nonsense
"""
COLUMN = {
    "geometry": {"type": "column", "anode": "5 um", "electrolyte": "2 um"},
    "nucleation": {"mode": "off"},
    "protocol": [strip(time="10 s")],
    "output": {"fields": "none"},
}


def report(folder: Path, run: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, "report", str(run)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        cwd=folder,
        env={**os.environ, **variables},
    )


def pictures(run: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (run / "report").glob("*.png")}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    run = write_run(tmp_path_factory.mktemp("plain") / "run", frames=3, size=0.8)
    assert report(run.parent, run).returncode == 0
    return run, pictures(run)


def test_settings_of_the_user_change_no_pixel(
    tmp_path: Path, plain: tuple[Path, dict[str, bytes]]
) -> None:
    (tmp_path / "matplotlibrc").write_text(SETTINGS)
    run = shutil.copytree(plain[0], tmp_path / "run")
    shutil.rmtree(run / "report")
    themes = {"PYVISTA_PLOT_THEME": "dark"}
    ended = report(tmp_path, run, MPLBACKEND="nonsense", LC_ALL="de_DE.UTF-8", **themes)
    assert ended.returncode == 0, ended.stderr
    assert len(plain[1]) >= 7
    assert pictures(run) == plain[1]


@pytest.mark.parametrize("backend", ["nonsense", "qtagg", "pdf"])
def test_the_backend_is_left_to_the_user(backend: str) -> None:
    """It is what was asked for, where there is such a thing, and no obstacle else."""
    words = "import lithovoid.postprocess, matplotlib, os; print(os.environ['MPLBACKEND'])"
    show = "print(matplotlib.rcParams._get('backend'))"
    ended = subprocess.run(
        [sys.executable, "-P", "-c", f"{words}; {show}"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "MPLBACKEND": backend},
    )
    variable, chosen = ended.stdout.split("\n")[:2]
    assert variable == backend
    assert (chosen == backend) == (backend != "nonsense")


@pytest.mark.parametrize(
    ("obstacle", "words"),
    [
        ("raise RuntimeError('no graphics today')", "RuntimeError: no graphics today"),
        ("import os; os.abort()", "exit code -6"),
    ],
)
def test_a_report_that_fails_does_not_spoil_the_run(
    tmp_path: Path, obstacle: str, words: str
) -> None:
    """Also where graphics take the whole process down."""
    (tmp_path / "hostile").mkdir()
    (tmp_path / "hostile" / "pyvista.py").write_text(obstacle)
    case = tmp_path / "case.toml"
    case.write_text(tomli_w.dumps(COLUMN), encoding="utf-8")
    paths = os.pathsep.join([str(tmp_path / "hostile"), os.environ.get("PYTHONPATH", "")])
    ended = subprocess.run(
        [COMMAND, "run", str(case), "--out", str(tmp_path / "out"), "--report"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr
    (line,) = ended.stderr.splitlines()
    assert line.startswith("the report failed")
    assert words in line
    assert line.endswith(f"lithovoid report '{tmp_path / 'out'}'")


def test_a_report_that_cannot_be_written_says_so(plain: tuple[Path, dict[str, bytes]]) -> None:
    run = shutil.copytree(plain[0], plain[0].with_name("other"))
    shutil.rmtree(run / "report")
    (run / "report").write_text("in the way")
    ended = report(run.parent, run)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"error: the report of {run} cannot be written: ")
    assert "Traceback" not in ended.stderr
