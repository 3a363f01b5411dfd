"""What versions up to 0.1 wrote in another way, read as it was meant."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from lithovoid.measure.record import RECORD

EXPECTED = RECORD["expected_nuclei"].header
PER_AREA = RECORD["expected_nuclei_density"].header


def series(table: pd.DataFrame, nucleation: str | None) -> pd.DataFrame:
    """Return the series of a run whose `nucleation` has this mode.

    Where nuclei were counted, their number per um^2 stood under the name of their number.
    """
    if nucleation != "count" or PER_AREA in table or EXPECTED not in table:
        return table
    density = 1e12 * table[EXPECTED]
    table = table.copy()
    table[PER_AREA], table[EXPECTED] = density, float("nan")
    return table


def segments(info: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the parts of a run from a ``run.json`` that tells of restarts instead.

    What it was made with is known of the last part alone.
    """
    if not info:
        return []
    parts: list[dict[str, Any]] = [{"step": 0}]
    for restart in info.get("restarts", []):
        began = {"step": restart["from_step"], "began": restart["time"]}
        parts.append(began | {"ranks": restart["ranks"]})
    parts[-1] |= {key: info[key] for key in ("host", "ranks", "versions") if key in info}
    return parts
