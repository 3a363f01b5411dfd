"""T13, recovery of lithium by rest against the distance of its voids.

``python -m lithovoid.postprocess.statements.recovery STUDY FOLDER`` writes the page of the study
directory STUDY, ``RECOVERY.md`` and ``results/recovery.png``, into FOLDER.

At rest a contact line retracts under capillarity, through the metal by (D d0 t)^(1/3) and along the
wall of the void by (D_s delta_s d0 t)^(1/4), d0 = gamma Omega / (RT) (W. W. Mullins, J. Appl. Phys.
28, 333 (1957) and 30, 77 (1959)). Of a contact between two voids, twice that comes back.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from lithovoid.case.load import parse_scenario
from lithovoid.case.metal import metal_of
from lithovoid.postprocess.axes import save, styled
from lithovoid.postprocess.statements.command import page_command, written
from lithovoid.postprocess.statements.competition import cycles_after_rests
from lithovoid.postprocess.statements.markdown import frame, paragraph, picture
from lithovoid.postprocess.study import StudyResults
from lithovoid.theory.constants import GAS

WIDTH = "geometry.width [um]"
LOST = 0.05
"""Recovered share of the first strip below which nothing came back, after 10 h at 30 um."""


def retractions(study: StudyResults, hours: float) -> tuple[float, float]:
    """Distances [um] by which a contact line retracts at rest: through metal, along the wall."""
    scenario = parse_scenario(study.study["base"], study.directory)
    scenario = scenario.model_copy(
        update={"anode": scenario.anode.model_copy(update={"x_mg": 0.0})}
    )
    metal, seconds = metal_of(scenario), 3600 * hours
    capillary = metal.surface_energy * scenario.anode.molar_volume / (GAS * scenario.temperature)
    bulk = (metal.diffusivity * capillary * seconds) ** (1 / 3)
    wall = (scenario.anode.surface_diffusion * capillary * seconds) ** (1 / 4)
    return 1e6 * bulk, 1e6 * wall


def shares(study: StudyResults) -> pd.DataFrame:
    """One row per distance of voids and rest: the share of the first strip, and the laws."""
    rows = []
    for _, run in study.finished.sort_values(WIDTH).iterrows():
        for cycle in cycles_after_rests(study, str(run["name"])):
            hours, distance = cycle["rest_before_s"] / 3600, 2 * run[WIDTH]
            bulk, wall = retractions(study, hours)
            rows.append(
                {
                    "distance of voids / um": distance,
                    "rest / h": hours,
                    "recovered share": cycle["share_of_first"],
                    "2 (D d0 t)^(1/3) / distance": 2 * bulk / distance,
                    "2 (D_s delta_s d0 t)^(1/4) / distance": 2 * wall / distance,
                }
            )
    return pd.DataFrame(rows)


def verdict(table: pd.DataFrame) -> str:
    """Whether voids 30 um apart or more recover less than 0.05 in 10 h."""
    far = table["distance of voids / um"] >= 30
    ten = np.isclose(table["rest / h"], 10)
    found = table.loc[far & ten, "recovered share"]
    return "not tested" if found.empty else "met" if (found < LOST).all() else "not met"


@styled
def plot(table: pd.DataFrame) -> Figure:
    """Recovered share against the longer retraction over the distance of voids."""
    figure = Figure(figsize=(4.5, 3.2), layout="constrained")
    axes = figure.add_subplot()
    for distance, rows in table.groupby("distance of voids / um"):
        longer = rows.iloc[:, 3:].max(axis=1)
        axes.plot(longer, rows["recovered share"], "o-", label=f"{distance:g} µm apart")
    axes.axhline(LOST, color="0.6", linewidth=0.8)
    axes.set_xlabel("twice the retraction in the rest / distance of voids")
    axes.set_ylabel("recovered share of the first strip")
    axes.legend()
    return figure


def write_page(study: StudyResults, target: Path) -> Path:
    """Write ``RECOVERY.md`` and its figure into the folder `target`; return the page."""
    table = shares(study)
    (target / "results").mkdir(parents=True, exist_ok=True)
    save(plot(table), target / "results" / "recovery.png", dpi=130)
    lines = [
        f"# T13, recovery of lithium by rest: {verdict(table)}",
        *paragraph(
            "Written by `python -m lithovoid.postprocess.statements.recovery` from the study "
            "[recovery](studies/recovery.toml). Stated: lithium whose voids are at least 30 um "
            f"apart recovers less than {LOST:g} of its first capacity in a rest of 10 h; what "
            "comes back is a matter of the retraction of contact lines over the distance of voids."
        ),
        *picture("recovery", "Recovered share against retraction over distance"),
        *frame(table),
    ]
    return written(target / "RECOVERY.md", lines)


if __name__ == "__main__":
    page_command(write_page)
