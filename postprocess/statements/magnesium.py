"""What magnesium changes: incubation, voids, depletion (T5-T10, T12, T14)."""

import numpy as np
import pandas as pd

from lithovoid.postprocess.run import CAPACITY as CHARGE
from lithovoid.postprocess.statements.base import (
    NUCLEI,
    SHARE,
    Ensemble,
    Floats,
    Statement,
    falls,
    known,
    verdict,
)
from lithovoid.postprocess.study import CAPACITY, INCUBATION

CONTACT, LAYER, ETA = "contact_fraction", "void_layer_thickness [um]", "overpotential [V]"
FULL_CONTACT, KEPT_CONTACT, STARVED = 0.95, 0.8, 0.1
HIGH_VOLTAGE = 0.05  # V
HALF = 0.5
_END = (
    "failure_contact_fraction",
    "lithium_at_interface",
    "concentration_voltage_V",
    "charge_transfer_voltage_V",
    "ohmic_voltage_V",
)


def _table(e: Ensemble, first: str, cells: list[list[str]]) -> list[list[str]]:
    """Rows of compositions, columns of currents."""
    header = [first, *[f"{i:g} mA/cm2" for i in e.currents]]
    return [header, *[[f"{x:g}", *row] for x, row in zip(e.x_mg, cells, strict=True)]]


def _cells(e: Ensemble, column: str) -> list[list[str]]:
    return [[e.spread(column, x, i) for i in e.currents] for x in e.x_mg]


def nucleated(e: Ensemble, x_mg: float, current: float) -> float:
    """Share of the runs of a condition in which a void nucleated; nan without runs."""
    runs = e.runs(x_mg, current)
    return float((runs[NUCLEI] > 0).mean()) if len(runs) else np.nan


def without(e: Ensemble, x_mg: float, current: float, column: str) -> float:
    """Median of a column over the runs without voids, where these are most of a condition's."""
    runs = e.runs(x_mg, current)
    quiet = runs[runs[NUCLEI] == 0]
    return float(quiet[column].median()) if 2 * len(quiet) > len(runs) else np.nan


def incubation(e: Ensemble) -> Statement:
    """T5: incubation rises with magnesium until nucleation stops."""
    holds = []
    for current in e.currents:
        values = known(e.by_composition(INCUBATION, current))
        if values.size > 1:
            holds.append(bool((np.diff(values) > 0).all()))
    text = "At each current the incubation capacity rises with magnesium until nucleation stops."
    numbers = _table(e, "x_mg: incubation / mAh cm-2", _cells(e, INCUBATION))
    return Statement("T5", text, numbers, verdict(holds))


def at_equal_capacity(e: Ensemble) -> Statement:
    """T6: at equal capacity, alloys have lost less contact and have thinner void layers.

    Compared at half of lithium's capacity, among the compositions of which most runs get there.
    """
    cells, holds = [], []
    for current in e.currents:
        charge = e.median(CAPACITY, 0.0, current) / 2
        lost, layer = (
            np.array([_at(e, x, current, charge, column) for x in e.x_mg])
            for column in (CONTACT, LAYER)
        )
        both = zip(1 - lost, layer, strict=True)
        cells.append([f"{c:.3f}, {z:.3f}" if np.isfinite(z) else "-" for c, z in both])
        reached = np.isfinite(layer)
        if reached.sum() > 1:
            holds += [_not_rising(1 - lost[reached]), _not_rising(layer[reached])]
    columns = [list(column) for column in zip(*cells, strict=True)]
    text = "At half of lithium's capacity, lost contact and void layer fall with magnesium."
    numbers = _table(e, "x_mg: lost contact, void layer / um", columns)
    remark = "A dash: most runs had ended before."
    return Statement("T6", text, numbers, verdict(holds), remark)


def _at(e: Ensemble, x_mg: float, current: float, charge: float, column: str) -> float:
    """Median of a column of the series at the areal capacity `charge`."""
    values = [
        float(np.interp(charge, series[CHARGE], series[column], right=np.nan))
        for series in e.series(x_mg, current)
    ]
    reached = known(np.array(values))
    return float(np.median(reached)) if 2 * reached.size > len(values) else np.nan


def _not_rising(values: Floats) -> bool:
    """Whether values fall, or stay within 1e-3 where nothing is lost at all."""
    return bool((np.diff(values) < 1e-3).all() and values[-1] < values[0] - 1e-3)


def largest_with_voids(e: Ensemble) -> Statement:
    """T7: there is a composition above which most runs have no void; it falls with the current."""
    shares = np.array([[nucleated(e, x, i) for i in e.currents] for x in e.x_mg])
    limits = np.array([_first_without(e.x_mg, column) for column in shares.T])
    limits[~np.isfinite(shares).all(axis=0)] = np.nan
    tested = known(limits)
    found = bool((shares[-1][np.isfinite(shares[-1])] < HALF).all())
    holds = [found, bool((np.diff(tested) <= 0).all() and np.ptp(tested) > 0)]
    cells = [[_number(value) for value in row] for row in shares]
    text = (
        "Above some composition no void nucleates before depletion in most of the runs; it falls "
        "with the current."
    )
    numbers = _table(e, "x_mg: share of runs with voids", cells)
    numbers.append(["first x_mg mostly without", *[_number(limit) for limit in limits]])
    return Statement("T7", text, numbers, verdict(holds))


def _first_without(x_mg: list[float], shares: Floats) -> float:
    """The first composition of which less than half of the runs have voids; nan without one."""
    return next((x for x, share in zip(x_mg, shares, strict=True) if share < HALF), np.nan)


def _number(value: float) -> str:
    return f"{value:.3g}" if np.isfinite(value) else "-"


def without_voids(e: Ensemble) -> Statement:
    """T8: without voids the contact is kept, the interface starves, and that makes the voltage."""
    rows, holds = [], []
    for x in e.x_mg:
        for i in e.currents:
            contact, lithium, *parts = (without(e, x, i, name) for name in _END)
            if not np.isfinite(contact):
                continue
            holds += [contact > FULL_CONTACT, lithium < STARVED, parts[0] == max(parts)]
            share = f"{parts[0] / sum(parts):.2f}"
            rows.append([f"{x:g}", f"{i:g}", f"{contact:.3f}", f"{lithium:.4f}", share])
    header = ["x_mg", "mA cm-2", "contact", "lithium at interface", "concentration / voltage"]
    text = (
        "Where most runs have no void: these end with contact above 0.95 and lithium below 0.1, "
        "and the concentration part is the largest of the voltage."
    )
    return Statement("T8", text, [header, *rows], verdict(holds))


def depletion_capacity(e: Ensemble) -> Statement:
    """T9: the depletion capacity falls with magnesium and current, in the end as 1/i."""
    values = np.array([[without(e, x, i, CAPACITY) for i in e.currents] for x in e.x_mg])
    holds = [falls_where_known(row) for row in (*values, *values.T) if np.isfinite(row).sum() > 1]
    with np.errstate(invalid="ignore"):
        slopes = np.diff(np.log(values), axis=1) / np.diff(np.log(e.currents))
    cells = [[_number(value) for value in row] for row in values]
    numbers = _table(e, "x_mg: capacity / mAh cm-2", cells)
    numbers += [
        [f"slope at x_mg = {x:g}", "", *[_number(slope) for slope in row]]
        for x, row in zip(e.x_mg, slopes, strict=True)
        if np.isfinite(row).any()
    ]
    steepest = slopes[:, -1][np.isfinite(slopes[:, -1])]
    holds.append(bool(steepest.size and (np.abs(steepest + 1) < 0.1).all()))
    text = (
        "Without voids the capacity falls with magnesium and current, and as 1/i where the anode "
        "is thicker than the depletion layer (slope -1 +- 0.1 between the highest currents)."
    )
    return Statement("T9", text, numbers, verdict(holds), "A dash: voids nucleated.")


def falls_where_known(values: Floats) -> bool:
    """Whether the known values fall from one to the next."""
    return bool((np.diff(known(values)) < 0).all())


def surface_share(e: Ensemble) -> Statement:
    """T10: the part of the capacity that comes from voids falls with magnesium."""
    shares = np.array([e.by_current(SHARE, x) for x in e.x_mg])
    holds = [bool((np.diff(known(column)) < 1e-3).all()) for column in shares.T]
    holds += [bool((known(shares[0]) > 0.8).all()), bool((known(shares[-1]) < 1e-3).all())]
    text = (
        "The share of the capacity that comes from voids falls with magnesium at each current, "
        "from more than 0.8 in lithium to 0."
    )
    numbers = _table(e, "x_mg: share from voids", _cells(e, SHARE))
    return Statement("T10", text, numbers, verdict(holds))


def participation(e: Ensemble) -> Statement:
    """T12: the depth of anode that takes part falls with magnesium and current."""
    column = "participation_depth_um"
    alloys = [x for x in e.x_mg if x > 0]
    by_current = [falls(e.currents, e.by_current(column, x)) for x in alloys]
    depths = [e.by_composition(column, i)[1:] for i in e.currents]
    by_composition = [falls(alloys, depth) for depth in depths if known(depth).size > 2]
    text = "The depth of an alloy that takes part falls with magnesium and with the current."
    numbers = _table(e, "x_mg: depth / um", _cells(e, column))
    remark = (
        f"falls with the current at {sum(by_current)} of {len(alloys)} compositions, with "
        f"magnesium at {sum(by_composition)} of {len(by_composition)} currents"
    )
    return Statement("T12", text, numbers, verdict([*by_current, *by_composition]), remark)


def voltage_before_contact(e: Ensemble) -> Statement:
    """T14: in alloys the voltage rises while the contact is still good, unlike in lithium."""
    highest = np.array([[_voltage(e.series(x, i)) for i in e.currents] for x in e.x_mg])
    lithium_low = bool((known(highest[0]) < HIGH_VOLTAGE).all())
    middle = [row for x, row in zip(e.x_mg, highest, strict=True) if 0 < x <= 0.1]
    holds = [lithium_low, bool(middle) and bool((np.array(middle) > HIGH_VOLTAGE).any())]
    cells = [[_number(value) for value in row] for row in highest]
    text = (
        "Alloys with up to 10 % magnesium reach an overpotential above 50 mV while the contact is "
        "above 0.8, at some current; lithium does not, at any."
    )
    return Statement("T14", text, _table(e, "x_mg: overpotential / V", cells), verdict(holds))


def _voltage(runs: list[pd.DataFrame]) -> float:
    """Median of the highest overpotential [V] while the contact is above KEPT_CONTACT."""
    highest = [float(series.loc[series[CONTACT] > KEPT_CONTACT, ETA].max()) for series in runs]
    return float(np.median(highest)) if highest else np.nan
