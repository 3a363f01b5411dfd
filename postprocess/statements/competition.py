"""Alloy against lithium, recovery by rest, and the regions of the map (T11, T13, T15)."""

import json
from collections.abc import Hashable, Mapping

import numpy as np
from contourpy import contour_generator

from lithovoid.postprocess.statements.base import Ensemble, Floats, Statement, known, verdict
from lithovoid.postprocess.study import CAPACITY, COMPOSITION, MODE, StudyResults

LOST = 0.05
"""Recovered share of the first strip below which nothing came back."""


def relative_capacity(e: Ensemble) -> Floats:
    """Capacity over that of lithium at the same current, (composition, current)."""
    capacity = np.array([e.by_current(CAPACITY, x) for x in e.x_mg])
    return np.asarray(capacity / capacity[:1])


def crossing(e: Ensemble) -> Statement:
    """T11: alloys beat lithium at low currents only; the crossing falls with magnesium."""
    ratio = relative_capacity(e)
    alloys = [(x, row) for x, row in zip(e.x_mg, ratio, strict=True) if x > 0]
    crossings = [_crossing(e.currents, row) for _, row in alloys]
    header = ["x_mg", *[f"{i:g} mA/cm2" for i in e.currents], "crossing / mA cm-2"]
    rows = [
        [f"{x:g}", *[_shown(value) for value in row], _shown(at)]
        for (x, row), at in zip(alloys, crossings, strict=True)
    ]
    found = known(np.array(crossings))
    ends = [values for _, row in alloys if (values := known(row)).size]
    holds = [
        *[bool(values[0] > 1) for values in ends],
        *[bool(values[-1] < 1) for values in ends],
        len(found) > 1 and bool((np.diff(found) < 0).all()),
    ]
    text = (
        "Each alloy gives more capacity than lithium at the lowest current and less at the "
        "highest; the current at which they are equal falls with magnesium."
    )
    remark = (
        "Columns: capacity over that of lithium. A dash: no runs, or no crossing in this range."
    )
    return Statement("T11", text, [header, *rows], verdict(holds), remark)


def _shown(value: float) -> str:
    return f"{value:.3g}" if np.isfinite(value) else "-"


def _crossing(currents: list[float], ratio: Floats) -> float:
    """Current at which `ratio` falls through one, between logarithms; nan without one."""
    down = np.flatnonzero((ratio[:-1] >= 1) & (ratio[1:] < 1))
    if not down.size:
        return np.nan
    k = int(down[-1])
    share = np.log(ratio[k]) / np.log(ratio[k] / ratio[k + 1])
    return float(currents[k] * (currents[k + 1] / currents[k]) ** share)


def regions(e: Ensemble) -> Statement:
    """T15: the map has three regions and one contour of equal capacity."""
    tables = [[e.runs(x, i)[MODE].value_counts().to_dict() for i in e.currents] for x in e.x_mg]
    found = {mode for row in tables for cell in row for mode in cell}
    cells = [
        [f"{x:g}", *[_words(cell) for cell in row]] for x, row in zip(e.x_mg, tables, strict=True)
    ]
    alloys = np.array(e.x_mg) > 0
    ratio = np.ma.masked_invalid(relative_capacity(e)[alloys])
    contours = contour_generator(z=ratio).lines(1.0)
    holds = [mode in found for mode in ("contact_loss", "mixed", "depletion")]
    holds.append(len(contours) == 1)
    header = ["x_mg", *[f"{i:g} mA/cm2" for i in e.currents]]
    text = (
        "The map of composition and current has regions of contact loss, mixed failure and "
        "depletion, and one contour of equal capacity with lithium."
    )
    remark = f"contours of equal capacity among the alloys: {len(contours)}"
    return Statement("T15", text, [header, *cells], verdict(holds), remark)


def _words(modes: Mapping[Hashable, int]) -> str:
    return ", ".join(f"{mode} {number}".replace("_", " ") for mode, number in modes.items())


def recovery(results: StudyResults | None) -> Statement:
    """T13: rests bring capacity back to alloys that kept their contact, but not to lithium."""
    text = (
        "After a rest, alloys that kept their contact recover part of the first capacity, more "
        "after longer rests; lithium that lost its contact recovers less than 0.05."
    )
    if results is None:
        return Statement("T13", text, [], "not tested", "no study of rests was given")
    rows, holds = [], []
    for x_mg, runs in results.finished.groupby(COMPOSITION):
        shares = np.array([_shares(results, str(name)) for name in runs["name"]])
        share = np.median(shares, axis=0)
        modes = runs[MODE].value_counts().to_dict()
        spread = zip(share, shares.min(axis=0), shares.max(axis=0), strict=True)
        cells = [f"{middle:.3f} ({low:.3f} - {high:.3f})" for middle, low, high in spread]
        rows.append([f"{x_mg:g}", _words(modes), *cells])
        if x_mg == 0:
            holds.append(bool(share.max() < LOST))
        elif set(modes) == {"depletion"}:
            holds.append(bool((share > 0).all() and (np.diff(share) > 0).all()))
    rests = _rests(results, str(results.finished["name"].iloc[0]))
    header = ["x_mg", "modes", *[f"after {rest:g} h" for rest in rests]]
    return Statement("T13", text, [header, *rows], verdict(holds), "Shares of the first strip.")


def cycles_after_rests(results: StudyResults, name: str) -> list[dict[str, float]]:
    """Return what each strip after the first delivered, of the run `name`."""
    path = results.directory / "runs" / name / "run.json"
    cycles: list[dict[str, float]] = json.loads(path.read_text(encoding="utf-8"))["summary"][
        "cycles"
    ]
    return cycles[1:]


def _shares(results: StudyResults, name: str) -> list[float]:
    return [cycle["share_of_first"] for cycle in cycles_after_rests(results, name)]


def _rests(results: StudyResults, name: str) -> list[float]:
    return [cycle["rest_before_s"] / 3600 for cycle in cycles_after_rests(results, name)]
