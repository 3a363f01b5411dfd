"""Pure lithium: how voids and capacity depend on the current (T1-T4)."""

from lithovoid.postprocess.statements.base import (
    DEPTH,
    NUCLEI,
    THICKNESS,
    WIDTH,
    Ensemble,
    Statement,
    falls,
    rank_correlation,
    rises,
    verdict,
)
from lithovoid.postprocess.study import CAPACITY, INCUBATION, MODE


def incubation(e: Ensemble) -> Statement:
    """T1: incubation falls with the current."""
    values = e.by_current(INCUBATION, 0.0)
    numbers = [
        ["current density / mA cm-2", "incubation capacity / mAh cm-2: median (range)"],
        *[[f"{i:g}", e.spread(INCUBATION, 0.0, i)] for i in e.currents],
        ["Spearman's rho of the medians", f"{rank_correlation(e.currents, values):.2f}"],
    ]
    text = "Lithium: the incubation capacity falls with the current (rho < -0.9)."
    return Statement("T1", text, numbers, verdict([falls(e.currents, values)]))


def void_layer(e: Ensemble) -> Statement:
    """T2: thinner void layers, more and smaller voids at higher currents."""
    thickness, nuclei, width = (e.by_current(c, 0.0) for c in (THICKNESS, NUCLEI, WIDTH))
    header = ["current density / mA cm-2", "void layer / um", "nuclei", "mean void width / um"]
    rows = [
        [f"{i:g}", *(e.spread(column, 0.0, i) for column in (THICKNESS, NUCLEI, WIDTH))]
        for i in e.currents
    ]
    holds = [falls(e.currents, thickness), rises(e.currents, nuclei), falls(e.currents, width)]
    rho = [f"{rank_correlation(e.currents, v):.2f}" for v in (thickness, nuclei, width)]
    text = (
        "Lithium: with the current the void layer at failure gets thinner, nuclei more numerous "
        "and the voids smaller."
    )
    return Statement("T2", text, [header, *rows, ["rho", *rho]], verdict(holds))


def capacity(e: Ensemble) -> Statement:
    """T3: capacity falls with the current; the mode is contact loss throughout."""
    values = e.by_current(CAPACITY, 0.0)
    modes = [list(e.runs(0.0, i)[MODE]) for i in e.currents]
    rows = [
        [f"{i:g}", e.spread(CAPACITY, 0.0, i), f"{m.count('contact_loss')} of {len(m)}"]
        for i, m in zip(e.currents, modes, strict=True)
    ]
    header = ["current density / mA cm-2", "capacity / mAh cm-2", "runs ending by contact loss"]
    holds = [falls(e.currents, values), all(set(m) == {"contact_loss"} for m in modes)]
    text = "Lithium: the capacity falls with the current, and every run ends by contact loss."
    return Statement("T3", text, [header, *rows], verdict(holds))


def aspect_ratio(e: Ensemble) -> Statement:
    """T4: voids at failure are shallower at higher currents."""
    ratio = e.by_current(DEPTH, 0.0) / e.by_current(WIDTH, 0.0)
    rows = [[f"{i:g}", f"{value:.3f}"] for i, value in zip(e.currents, ratio, strict=True)]
    rho = ["rho", f"{rank_correlation(e.currents, ratio):.2f}"]
    text = "Lithium: voids at failure are shallower, depth over width, at higher currents."
    header = ["current density / mA cm-2", "mean depth / mean width"]
    return Statement("T4", text, [header, *rows, rho], verdict([falls(e.currents, ratio)]))
