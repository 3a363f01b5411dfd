"""Medians over replicates, trends, and the form of a statement with its verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import spearmanr

from lithovoid.machine.errors import ConfigurationError
from lithovoid.measure.whole_run import SUMMARY
from lithovoid.postprocess.run import Run
from lithovoid.postprocess.study import COMPOSITION, StudyResults, share_from_voids

CURRENT = "protocol.0.current_density [mA/cm^2]"
NUCLEI, THICKNESS = SUMMARY["nuclei"], SUMMARY["void_layer_thickness"]
WIDTH, DEPTH = SUMMARY["mean_void_width"], SUMMARY["mean_void_depth"]
SHARE = "surface_share"

MONOTONIC = 0.9
"""Least size of Spearman's rank correlation that counts as a trend."""

Floats = npt.NDArray[np.float64]
Verdict = Literal["met", "met in part", "not met", "not tested"]


@dataclass(frozen=True)
class Statement:
    """One statement: what it says, the numbers found (header first), and whether it holds."""

    key: str
    text: str
    numbers: list[list[str]]
    verdict: Verdict
    remark: str = ""


class Ensemble:
    """The finished runs of a study over composition and current.

    `x_mg` and `currents` [mA/cm^2] are its axes, rising; conditions whose runs are still to come
    have no numbers (nan) and count for no verdict. Raises ConfigurationError for a study that does
    not vary both.
    """

    def __init__(self, results: StudyResults) -> None:
        self.results = results
        if not {COMPOSITION, CURRENT} <= set(results.table.columns):
            raise ConfigurationError(
                f"'{results.directory}' does not vary {COMPOSITION} and protocol.0.current_density"
            )
        self.x_mg = [float(x) for x in np.sort(results.finished[COMPOSITION].unique())]
        self.currents = [float(i) for i in np.sort(results.finished[CURRENT].unique())]

    @cached_property
    def table(self) -> pd.DataFrame:
        """The finished runs, one per row, with the share of the capacity that came from voids."""
        runs = pd.DataFrame(self.results.finished)
        return runs.assign(**{SHARE: share_from_voids})

    @cached_property
    def _runs(self) -> dict[str, Run]:
        """The runs by name; each reads its series once."""
        folder = self.results.directory / "runs"
        return {name: Run(folder / name) for name in self.table["name"]}

    def runs(self, x_mg: float, current: float) -> pd.DataFrame:
        """Return the runs of one condition."""
        here = (self.table[COMPOSITION] == x_mg) & (self.table[CURRENT] == current)
        return pd.DataFrame(self.table[here])

    def replicates(self, x_mg: float, current: float) -> int:
        """Return the number of finished runs of a condition."""
        return len(self.runs(x_mg, current))

    def median(self, column: str, x_mg: float, current: float) -> float:
        """Return the median of a column over the replicates that have it; nan where half do not."""
        values = self.runs(x_mg, current)[column]
        return float(values.median()) if 2 * values.notna().sum() > len(values) else np.nan

    def by_current(self, column: str, x_mg: float) -> Floats:
        """Medians at one composition, one per current."""
        return np.array([self.median(column, x_mg, i) for i in self.currents])

    def by_composition(self, column: str, current: float) -> Floats:
        """Medians at one current, one per composition."""
        return np.array([self.median(column, x, current) for x in self.x_mg])

    def series(self, x_mg: float, current: float) -> list[pd.DataFrame]:
        """Return the series of each run of a condition."""
        return [self._runs[name].series for name in self.runs(x_mg, current)["name"]]

    def spread(self, column: str, x_mg: float, current: float) -> str:
        """Return median and range over the replicates as text."""
        values = self.runs(x_mg, current)[column].dropna()
        if values.empty:
            return "-"
        return f"{values.median():.3g} ({values.min():.3g} - {values.max():.3g})"


def rank_correlation(x: Sequence[float] | Floats, y: Sequence[float] | Floats) -> float:
    """Spearman's rho over the points that have a value; nan for fewer than three."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    both = np.isfinite(x) & np.isfinite(y)
    if both.sum() < 3 or np.ptp(y[both]) == 0:
        return np.nan
    return float(spearmanr(x[both], y[both]).statistic)


def known(values: Floats) -> Floats:
    """Return the values that are known, in their order."""
    return np.asarray(values[np.isfinite(values)])


def verdict(holds: Sequence[bool]) -> Verdict:
    """Return the verdict on a statement that was tested under several conditions."""
    if not holds:
        return "not tested"
    if all(holds):
        return "met"
    return "met in part" if any(holds) else "not met"


def falls(x: Sequence[float] | Floats, y: Sequence[float] | Floats) -> bool:
    """Whether y falls with x, by rank."""
    return rank_correlation(x, y) <= -MONOTONIC


def rises(x: Sequence[float] | Floats, y: Sequence[float] | Floats) -> bool:
    """Whether y rises with x, by rank."""
    return rank_correlation(x, y) >= MONOTONIC
