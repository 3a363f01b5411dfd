"""Compiled forms and processes that are killed while they compile."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import ufl
from dolfinx import fem, jit, mesh
from mpi4py import MPI

import pytest

from lithovoid.machine.form_cache import FOLDER_PREFIX, STALE_AFTER_S, private_cache

COMM = MPI.COMM_SELF


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty cache of forms."""
    shared = tmp_path / "cache"
    monkeypatch.setitem(jit.DOLFINX_DEFAULT_JIT_OPTIONS, "cache_dir", (shared, ""))
    yield shared
    assert not list(shared.glob(f"{FOLDER_PREFIX}*"))


def compile_form() -> float:
    """Compile and assemble the length of an interval of 1 (in a new form); return seconds."""
    started = time.monotonic()
    interval = mesh.create_unit_interval(COMM, 2)
    form = fem.form(fem.Constant(interval, 1.0) * ufl.dx)
    assert fem.assemble_scalar(form) == pytest.approx(1.0)
    return time.monotonic() - started


def age(path: Path) -> None:
    old = time.time() - 2 * STALE_AFTER_S
    os.utime(path, (old, old))


def test_forms_go_to_the_cache_and_come_from_it(cache: Path) -> None:
    with private_cache(COMM):
        compile_form()
    names = {path.name for path in cache.iterdir()}
    assert any(name.endswith(".c.cached") for name in names)
    assert any(name.endswith(".so") for name in names)
    made = {path: path.stat().st_mtime_ns for path in cache.glob("*.so")}
    with private_cache(COMM):
        compile_form()
    assert {path: path.stat().st_mtime_ns for path in cache.glob("*.so")} == made


def test_a_large_cache_is_not_read_once_per_form(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That took seconds of each start where hundreds of forms had gathered."""
    cache.mkdir()
    for number in range(20):
        for ending in (".c", ".c.cached", ".cpython.so"):
            (cache / f"form_{number}{ending}").touch()
    asked: list[str] = []
    glob = Path.glob

    def counting(folder: Path, pattern: str) -> Iterator[Path]:
        asked.append(pattern)
        return glob(folder, pattern)

    monkeypatch.setattr(Path, "glob", counting)
    with private_cache(COMM):
        assert len(list(glob(Path(jit.get_options()["cache_dir"]), "*"))) == 60
    assert len(asked) < 10


def test_a_mark_of_a_killed_process_is_not_waited_for(cache: Path) -> None:
    with private_cache(COMM):
        compile_form()
    for path in cache.iterdir():  # as after a kill in the middle of compiling
        if not path.name.endswith(".c"):
            path.unlink()
    marks = list(cache.glob("*.c"))
    assert marks
    with private_cache(COMM):
        assert compile_form() < jit.get_options()["timeout"]
    assert not list(cache.glob("*.cached"))  # the mark could be of a living process
    for path in marks:
        age(path)
    with private_cache(COMM):
        compile_form()
    assert {path.name.removesuffix(".cached") for path in cache.glob("*.cached")} == {
        path.name for path in marks
    }


def test_folders_of_killed_runs_are_removed_in_time(cache: Path) -> None:
    left = cache / f"{FOLDER_PREFIX}killed"
    left.mkdir(parents=True)
    with private_cache(COMM):
        assert left.exists()
    os.utime(left, (0, 0))
    with private_cache(COMM):
        assert not left.exists()


def test_a_cache_that_cannot_be_written_is_left_to_dolfinx(cache: Path) -> None:
    cache.parent.mkdir(exist_ok=True)
    cache.write_text("no folder")
    with private_cache(COMM):
        assert jit.get_options()["cache_dir"] == cache
    cache.unlink()
    shutil.rmtree(cache, ignore_errors=True)
