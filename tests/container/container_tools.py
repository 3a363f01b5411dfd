"""Runs outside and inside the image, and their comparison."""

import json
import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from launch import COMMAND, launcher

from lithovoid.case.load import dump_toml, load_scenario

ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT / "scenarios"
QUICK = "lithium_strip_quick.toml"
SHORT = ("--set", "protocol.0.until.capacity=0.1 mAh/cm^2")
"""Ends the quick scenario soon after its first void."""
NOT_PHYSICAL = ("ledger_residual", "newton_iterations", "linear_iterations", "wall_time [s]")

OWNER = 4321 if os.geteuid() == 0 else os.geteuid()
"""Whose the runs in containers are: the caller's; for root, a user that the image does not know."""

Ended = subprocess.CompletedProcess[str]


def call(*command: str | Path, timeout: float = 300, **options: Any) -> Ended:
    """Run a command to its end."""
    words = [str(word) for word in command]
    return subprocess.run(
        words, capture_output=True, text=True, check=False, timeout=timeout, **options
    )


def bare_run(case: Path, out: Path, *options: str, ranks: int = 1) -> None:
    """Run `case` without a container."""
    ended = call(*launcher(ranks), COMMAND, "run", case, "--out", out, *options)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def status(out: Path) -> dict[str, Any]:
    """Return ``run.json``."""
    found: dict[str, Any] = json.loads((out / "run.json").read_text())
    return found


def short_case(folder: Path) -> Path:
    """Write the quick scenario, ended after its first voids, as one file."""
    case = folder / "short.toml"
    case.write_text(dump_toml(load_scenario(SCENARIOS / QUICK, SHORT[1:])))
    return case


def rows(table: Path) -> list[str]:
    """Return the lines of a table."""
    return table.read_text().splitlines()


def wait_for(condition: Callable[[], bool], seconds: int = 180) -> None:
    """Wait until `condition` holds."""
    for _ in range(10 * seconds):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("did not happen")


def assert_same(out: Path, reference: Path) -> None:
    """Two runs have the same steps, the same voids and the same numbers, but for round-off."""
    for table in ("series.csv", "nuclei.csv"):
        one, other = (
            pd.read_csv(path / table).drop(columns=list(NOT_PHYSICAL), errors="ignore")
            for path in (out, reference)
        )
        assert len(one)
        pd.testing.assert_frame_equal(one, other, rtol=1e-6, atol=1e-9)


def require(*programs: str, package: str) -> None:
    """Skip the test where one of `programs` is not installed."""
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    for program in programs:
        if not any((Path(folder) / program).is_file() for folder in path.split(":")):
            pytest.skip(f"no {program}: apt-get install {package}")


def own_folder(folder: Path) -> None:
    """Make a folder that belongs to `OWNER`."""
    folder.mkdir(exist_ok=True)
    if os.geteuid() == 0:
        os.chown(folder, OWNER, OWNER)


@dataclass(frozen=True)
class Image:
    """An image and the engine that runs it; `options` go to every run."""

    engine: str
    tag: str
    options: tuple[str, ...] = ()

    def as_owner(self) -> tuple[str, ...]:
        """Return options: the process is `OWNER`, inside as outside."""
        if os.geteuid() == 0:
            return (f"--user={OWNER}:{OWNER}",)
        user = f"--user={OWNER}:{os.getegid()}"
        return ("--userns=keep-id", user) if self.engine == "podman" else (user,)

    def read_only(self, folder: Path) -> tuple[str, ...]:
        """Return options: `OWNER`, who can write only to /tmp and to `folder`, seen as /data."""
        own_folder(folder)
        return ("--read-only", "--tmpfs=/tmp:exec", *self.as_owner(), f"--volume={folder}:/data")

    def run(self, *words: str | Path, options: tuple[str | Path, ...] = ()) -> Ended:
        """Run the image without network."""
        return call(
            self.engine, "run", "--rm", "--network=none", *self.options, *options, self.tag, *words
        )
