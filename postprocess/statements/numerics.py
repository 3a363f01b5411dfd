"""Is it resolved? Meshes, steps and interface width; depletion against exact solutions."""

import numpy as np
import pandas as pd

from lithovoid.case.load import parse_scenario
from lithovoid.measure.record import MAH_PER_CM2
from lithovoid.postprocess.statements.base import CURRENT
from lithovoid.postprocess.study import (
    CAPACITY,
    COMPOSITION,
    FAILURE,
    INCUBATION,
    StudyResults,
)
from lithovoid.scenario.protocol import Strip
from lithovoid.scenario.schema import ColumnGeometry, PlanarGeometry
from lithovoid.study.expand import SEED
from lithovoid.theory.constants import FARADAY
from lithovoid.theory.depletion import slab_capacity

LAYER = "geometry.first_layer [um]"
CELL_WIDTH = "geometry.width [um]"


def layers(study: StudyResults) -> pd.DataFrame:
    """Capacity until depletion by the first mesh layer, and what it is off the finest one."""
    layers = np.sort(study.finished[LAYER].unique())[::-1]
    columns: dict[str, list[str]] = {"first mesh layer / nm": [f"{1e3 * z:.4g}" for z in layers]}
    for (x_mg, current), runs in study.finished.groupby([COMPOSITION, CURRENT]):
        capacity = runs.set_index(LAYER)[CAPACITY].reindex(layers)
        off = 100 * (capacity / capacity.dropna().iloc[-1] - 1)
        columns[f"x_mg {x_mg:g}, {current:g} mA/cm2"] = [
            f"{value:.4g} ({change:+.1f} %)" if np.isfinite(value) else "-"
            for value, change in zip(capacity, off, strict=True)
        ]
    return pd.DataFrame(columns)


def anchor(study: StudyResults) -> pd.DataFrame:
    """Utilisation of the removable lithium by current, against the exact solution of the slab."""
    scenario = parse_scenario(study.study["base"], study.directory)
    step, geometry = scenario.protocol[0], scenario.geometry
    assert isinstance(step, Strip)
    assert isinstance(geometry, ColumnGeometry)
    until = step.until.lithium_at_interface
    assert until is not None
    rise = (1 - until) * (1 - scenario.anode.x_mg)
    thickness, omega = geometry.anode, scenario.anode.molar_volume
    removable = rise / omega * FARADAY * thickness
    rows = []
    for current, capacity in study.finished[[CURRENT, CAPACITY]].to_numpy(float):
        exact = slab_capacity(rise, 10 * current, scenario.anode.diffusivity, omega, thickness)
        found = capacity * MAH_PER_CM2
        rows.append(
            {
                "current density / A m-2": f"{10 * current:g}",
                "utilisation": f"{100 * found / removable:.2f} %",
                "exact": f"{100 * exact / removable:.2f} %",
                "difference": f"{100 * (found / exact - 1):+.2f} %",
            }
        )
    return pd.DataFrame(rows)


def widths(planar: StudyResults, wide: StudyResults) -> pd.DataFrame:
    """Capacity by width of the cell, with the seeds and at the conditions that both studies have.

    `planar` has one width, that of its scenario.
    """
    geometry = parse_scenario(planar.study["base"], planar.directory).geometry
    assert isinstance(geometry, PlanarGeometry)
    shared = wide.finished[[COMPOSITION, CURRENT, SEED]].drop_duplicates()
    narrow = planar.finished.merge(shared).assign(**{CELL_WIDTH: 1e6 * geometry.width})
    runs = pd.concat([narrow, wide.finished])
    lithium = runs[runs[COMPOSITION] == 0].groupby([CURRENT, CELL_WIDTH])[CAPACITY].median()
    rows = []
    for (x_mg, current, width), cell in runs.groupby([COMPOSITION, CURRENT, CELL_WIDTH]):
        capacity = cell[CAPACITY]
        rows.append(
            {
                "x_mg": x_mg,
                "mA/cm2": current,
                "width / um": width,
                "runs with voids": f"{(cell['nuclei'] > 0).sum()} of {len(cell)}",
                "nuclei": cell["nuclei"].median(),
                "capacity / mAh cm-2": capacity.median(),
                "range": f"{capacity.min():.3g} - {capacity.max():.3g}",
                "over lithium": capacity.median() / lithium.get((current, width), np.nan),
            }
        )
    return pd.DataFrame(rows)


def compared(planar: StudyResults, reduced: StudyResults) -> pd.DataFrame:
    """Medians of both models at each condition: incubation, and capacity until depletion.

    Depletion is the failure of runs in which no void nucleated: lithium at the contact below 0.1.
    """
    rows = []
    for condition, one in reduced.finished.groupby([COMPOSITION, CURRENT]):
        table = planar.finished
        here = (table[COMPOSITION] == condition[0]) & (table[CURRENT] == condition[1])
        runs = table[here]
        if runs.empty:
            continue
        nucleated = runs[INCUBATION].notna().sum()
        quiet = runs[runs["nuclei"] == 0]
        rows.append(
            {
                "x_mg": condition[0],
                "mA/cm2": condition[1],
                "incubation": runs[INCUBATION].median() if 2 * nucleated > len(runs) else np.nan,
                "reduced: incubation": one[INCUBATION].iloc[0],
                "runs with voids": f"{nucleated} of {len(runs)}",
                "depletion, runs without voids": quiet[FAILURE].median(),
                "reduced: depletion": one[FAILURE].iloc[0],
            }
        )
    return pd.DataFrame(rows)
