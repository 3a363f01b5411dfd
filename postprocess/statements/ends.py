"""T11 at the ends of the map: alloys against lithium at the lowest and the highest current.

``python -m lithovoid.postprocess.statements.ends STUDY FOLDER`` writes the page of the study
directory STUDY, ``ENDS.md``, into FOLDER.
"""

from pathlib import Path

import pandas as pd

from lithovoid.postprocess.statements.base import NUCLEI, THICKNESS, Ensemble
from lithovoid.postprocess.statements.command import page_command, written
from lithovoid.postprocess.statements.competition import relative_capacity
from lithovoid.postprocess.statements.markdown import frame, paragraph
from lithovoid.postprocess.study import CAPACITY, MODE, StudyResults


def conditions(e: Ensemble) -> pd.DataFrame:
    """One row per current and composition: capacity, and that over lithium's."""
    ratios = relative_capacity(e)
    return pd.DataFrame(
        {
            "mA/cm2": current,
            "x_mg": x_mg,
            "capacity / mAh cm-2: median (range)": e.spread(CAPACITY, x_mg, current),
            "over lithium": ratios[row, column],
            "mode": ", ".join(
                f"{mode} {count}".replace("_", " ")
                for mode, count in e.runs(x_mg, current)[MODE].value_counts().items()
            ),
            "nuclei": e.spread(NUCLEI, x_mg, current),
            "void layer / um": e.spread(THICKNESS, x_mg, current),
        }
        for column, current in enumerate(e.currents)
        for row, x_mg in enumerate(e.x_mg)
    )


def verdict(e: Ensemble) -> str:
    """Whether all alloys are above lithium at the lowest current and below at the highest."""
    ratios = relative_capacity(e)[1:]
    holds = [*(ratios[:, 0] > 1), *(ratios[:, -1] < 1)]
    return "met" if all(holds) else "met in part" if any(holds) else "not met"


def write_page(study: StudyResults, target: Path) -> Path:
    """Write ``ENDS.md`` into the folder `target`; return the page."""
    ensemble = Ensemble(study)
    lines = [
        f"# T11, alloys against lithium at the ends of the map: {verdict(ensemble)}",
        *paragraph(
            "Written by `python -m lithovoid.postprocess.statements.ends` from the study "
            "[ends_of_the_map](studies/ends_of_the_map.toml). Stated: each alloy gives more "
            "capacity than lithium at the lowest current of the map and less at the highest. "
            "Medians over seeds, and the range."
        ),
        *frame(conditions(ensemble)),
    ]
    return written(target / "ENDS.md", lines)


if __name__ == "__main__":
    page_command(write_page)
