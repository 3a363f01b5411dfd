"""A study directory, read back: one table of all runs, and its map over two axes."""

import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lithovoid.machine.errors import ConfigurationError
from lithovoid.measure.whole_run import SUMMARY

CAPACITY, FAILURE = SUMMARY["areal_capacity"], SUMMARY["failure_capacity"]
SURFACE, INCUBATION = SUMMARY["capacity_surface"], SUMMARY["incubation_capacity"]
MODE = SUMMARY["failure_mode"]
COMPOSITION = "anode.x_mg"

QUANTILES = (0.1, 0.9)
"""Spread over replicates and samples that figures show."""

Floats = npt.NDArray[np.float64]


def tick(value: Any) -> str:
    """Return a value of an axis as short text."""
    return f"{value:g}" if isinstance(value, int | float | np.number) else str(value)


def share_from_voids(runs: pd.DataFrame) -> "pd.Series[float]":
    """Return the share of the capacity that came from voids, per run."""
    return runs[SURFACE] / runs[CAPACITY]


def is_study(directory: Path) -> bool:
    """Whether `directory` is one that ``lithovoid study run`` has written."""
    return (directory / "manifest.csv").is_file() and (directory / "study.toml").is_file()


class StudyResults:
    """What a study left in its directory.

    Raises
    ------
    ConfigurationError
        If `directory` is no study directory.
    """

    def __init__(self, directory: Path | str) -> None:
        self.directory = Path(directory)
        if not is_study(self.directory):
            raise ConfigurationError(
                f"'{self.directory}' is no study directory: it has no study.toml and manifest.csv"
            )

    @cached_property
    def study(self) -> dict[str, Any]:
        """The resolved study."""
        return tomllib.loads((self.directory / "study.toml").read_text(encoding="utf-8"))

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row per run: name, state, reason, parameters, summary."""
        return pd.read_csv(self.directory / "results.csv")

    @property
    def finished(self) -> pd.DataFrame:
        """The rows of the finished runs."""
        return self.table[self.table["state"] == "finished"]

    @property
    def axes(self) -> list[str]:
        """Column of each axis of the study: of its first key, where several vary together."""
        keys = [next(iter(axis)) for axis in self.study.get("axes", [])]
        return [
            next(c for c in self.table.columns if c == key or c.startswith(f"{key} ["))
            for key in keys
        ]

    def map_axes(self) -> tuple[str, str] | None:
        """Return the columns along and up the map; None without two axes of several values.

        Composition, where it varies, goes up; the axis that varies most of the others goes along.
        """
        varying = [axis for axis in self.axes if self.table[axis].nunique() > 1]
        if len(varying) < 2:
            return None
        up = COMPOSITION if COMPOSITION in varying else varying[0]
        points = {axis: len(set(self.table[axis])) for axis in varying if axis != up}
        return max(points, key=lambda axis: points[axis]), up


@dataclass(frozen=True)
class Statistic:
    """A number in each cell of the map, (up, along): median, spread, and runs that have it."""

    median: Floats
    low: Floats
    high: Floats
    count: Floats


class StudyMap:
    """The finished runs of a study sorted into cells; all other axes, samples and seeds pool."""

    def __init__(self, results: StudyResults, along: str, up: str) -> None:
        self.results, self.along, self.up = results, along, up
        self.x = np.sort(results.table[along].unique())
        self.y = np.sort(results.table[up].unique())

    def runs(self, row: int, col: int) -> pd.DataFrame:
        """Return the finished runs of a cell."""
        table = self.results.finished
        here = (table[self.along] == self.x[col]) & (table[self.up] == self.y[row])
        return pd.DataFrame(table[here])

    def statistic(self, column: str) -> Statistic:
        """Return the statistic of a numeric `column`; runs without a value do not count."""
        return self._statistic(lambda runs: runs[column])

    def surface_share(self) -> Statistic:
        """Statistic of the share of the capacity that came from voids."""
        return self._statistic(share_from_voids)

    def nucleated_share(self) -> Floats:
        """Share of the runs of each cell in which incubation ended."""
        return self._cells(lambda runs: runs[INCUBATION].notna().mean() if len(runs) else np.nan)

    def relative_capacity(self) -> Floats | None:
        """Median capacity over that of the lowest row, if that row is pure lithium."""
        if self.up != COMPOSITION or self.y[0] != 0.0:
            return None
        median = self.statistic(CAPACITY).median
        return median / median[:1]

    def modes(self) -> list[list[tuple[str, int, int]]]:
        """Return for each cell the most frequent failure mode, its number, and all runs."""
        return [[self._mode(row, col) for col in range(len(self.x))] for row in range(len(self.y))]

    def _mode(self, row: int, col: int) -> tuple[str, int, int]:
        modes = self.runs(row, col)[MODE]
        if modes.empty:
            return "", 0, 0
        counts = modes.value_counts()
        return str(counts.index[0]), int(counts.iloc[0]), len(modes)

    def _statistic(self, values: Any) -> Statistic:
        def of(measure: Any) -> Floats:
            return self._cells(lambda runs: measure(values(runs).dropna().astype(float)))

        def quantile(q: float) -> Floats:
            return of(lambda v: v.quantile(q) if len(v) else np.nan)

        low, high = QUANTILES
        return Statistic(quantile(0.5), quantile(low), quantile(high), of(len))

    def _cells(self, measure: Any) -> Floats:
        rows, cols = range(len(self.y)), range(len(self.x))
        return np.array([[measure(self.runs(r, c)) for c in cols] for r in rows], dtype=float)
