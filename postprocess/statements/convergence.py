"""What numbers without physical meaning change: the study of convergence, mode by mode.

``python -m lithovoid.postprocess.statements.convergence STUDY FOLDER`` writes the page of the study
directory STUDY, ``CONVERGENCE.md``, into FOLDER.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from lithovoid.postprocess.statements.base import CURRENT, THICKNESS
from lithovoid.postprocess.statements.command import page_command, written
from lithovoid.postprocess.statements.markdown import frame, heading, paragraph
from lithovoid.postprocess.study import CAPACITY, COMPOSITION, MODE, StudyResults

HALF_WIDTH = "phase_field.l [um]"
KNOBS = {
    HALF_WIDTH: "l",
    "phase_field.wall_mobility [m^4/(J*s)]": "M",
    "phase_field.void_diffusivity": "diffusivity in voids",
    "nucleation.seed_radius [um]": "seed radius",
    "phase_field.force_limit": "force limit",
    "numerics.max_change_phi": "steps",
}
"""Columns of the study and what they are, each of which differs in some runs from the rest."""


def modes(study: StudyResults) -> pd.DataFrame:
    """One row per run: what differs from the usual values of its mode, and what that changes."""
    rows = []
    for condition, runs in study.finished.groupby([COMPOSITION, CURRENT], sort=False):
        usual = {name: runs[name].mode().iloc[0] for name in _varying(study)}
        reference = runs[_is_usual(runs, usual)].iloc[0]
        for _, run in runs.iterrows():
            change = run[CAPACITY] / reference[CAPACITY] - 1
            what = _differences(run, usual)
            rows.append(
                {
                    "x_mg": condition[0],
                    "mA/cm2": condition[1],
                    "what": what or f"l = {1e3 * run[HALF_WIDTH]:.4g} nm",
                    "mode": str(run[MODE]).replace("_", " "),
                    "capacity / mAh cm-2": run[CAPACITY],
                    "change": f"{100 * change:+.2f} %" if what else "",
                    "void layer / um": run[THICKNESS],
                    "steps": int(run["steps"]),
                    "unknowns": int(run["unknowns"]),
                }
            )
    return pd.DataFrame(rows)


def orders(study: StudyResults) -> pd.DataFrame:
    """By mode, the order in l of the capacity over the three l, and how far the finest are apart.

    The order p makes Q(l) = Q + C l^p; none where differences change sign.
    """
    rows = []
    for condition, runs in study.finished.groupby([COMPOSITION, CURRENT], sort=False):
        others = {n: runs[n].mode().iloc[0] for n in _varying(study) if n != HALF_WIDTH}
        chosen = runs[_is_usual(runs, others)].sort_values(HALF_WIDTH, ascending=False)
        q, l = chosen[CAPACITY].to_numpy(float), chosen[HALF_WIDTH].to_numpy(float)  # noqa: E741
        if len(q) != 3:
            continue
        ratio = (q[0] - q[1]) / (q[1] - q[2]) if q[1] != q[2] else np.nan
        rows.append(
            {
                "x_mg": condition[0],
                "mA/cm2": condition[1],
                "l / nm": ", ".join(f"{1e3 * x:.4g}" for x in l),
                "capacity / mAh cm-2": ", ".join(f"{x:.4g}" for x in q),
                "finest against the next": f"{100 * (q[2] / q[1] - 1):+.2f} %",
                "order": np.log(ratio) / np.log(l[0] / l[1]) if ratio > 0 else np.nan,
            }
        )
    return pd.DataFrame(rows)


def write_page(study: StudyResults, target: Path) -> Path:
    """Write ``CONVERGENCE.md`` into the folder `target`; return its path."""
    lines = [
        "# What numbers without physical meaning change",
        *paragraph(
            "Written by `python -m lithovoid.postprocess.statements.convergence` from the study "
            "[convergence](studies/convergence.toml): lithium that loses its contact, an alloy "
            "stripped so fast that lithium and contact fall together, and one that runs out of "
            "lithium."
        ),
        *heading("The half-width l of walls"),
        *frame(orders(study)),
        *heading("Each number on its own"),
        *paragraph("Changes are against the run with the usual values, the first of each mode."),
        *frame(modes(study)),
    ]
    return written(target / "CONVERGENCE.md", lines)


def _varying(study: StudyResults) -> list[str]:
    return [name for name in KNOBS if name in study.finished and study.finished[name].nunique() > 1]


def _is_usual(runs: pd.DataFrame, usual: dict[str, float]) -> pd.Series:
    same = pd.Series(True, index=runs.index)
    for name, value in usual.items():
        same &= runs[name] == value
    return same


def _differences(run: pd.Series, usual: dict[str, float]) -> str:
    """What a run has that is not usual, as ratios."""
    found = (
        f"{KNOBS[name]} x {run[name] / value:.3g}"
        for name, value in usual.items()
        if run[name] != value
    )
    return ", ".join(found)


if __name__ == "__main__":
    page_command(write_page)
