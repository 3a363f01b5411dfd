"""Runs outside and inside the image, and their comparison."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from launch import COMMAND, launcher

ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT / "scenarios"
QUICK = "lithium_strip_quick.toml"
SHORT = ("--set", "protocol.0.until.capacity=0.02 mAh/cm^2")
"""Ends the quick scenario after its first voids."""
NOT_PHYSICAL = ("ledger_residual", "newton_iterations", "linear_iterations", "wall_time [s]")

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


def assert_same(out: Path, reference: Path) -> None:
    """Two runs have the same steps, the same voids and the same numbers, but for round-off."""
    for table in ("series.csv", "nuclei.csv"):
        one, other = (
            pd.read_csv(path / table).drop(columns=list(NOT_PHYSICAL), errors="ignore")
            for path in (out, reference)
        )
        pd.testing.assert_frame_equal(one, other, rtol=1e-6, atol=1e-9)


def require(*programs: str, package: str) -> None:
    """Skip the test where one of `programs` is not installed."""
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    for program in programs:
        if not any((Path(folder) / program).is_file() for folder in path.split(":")):
            pytest.skip(f"no {program}: apt-get install {package}")


@dataclass(frozen=True)
class Image:
    """An image and the engine that runs it; `options` go to every run."""

    engine: str
    tag: str
    options: tuple[str, ...] = ()

    def run(self, *words: str | Path, options: tuple[str | Path, ...] = ()) -> Ended:
        """Run the image without network, as the user `uid` unless `options` say otherwise."""
        return call(
            self.engine, "run", "--rm", "--network=none", *self.options, *options, self.tag, *words
        )
