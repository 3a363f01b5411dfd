"""Scenario data that the tests start from."""

from pathlib import Path
from typing import Any

from lithovoid.case.load import parse_scenario
from lithovoid.scenario.schema import Scenario
from lithovoid.scenario.toml_files import merge

HERE = Path()


def data(**changes: Any) -> dict[str, Any]:
    """Return the least that a scenario must say, with `changes` merged over it.

    And a resolution that does not depend on the current, which many of the `changes` change.
    """
    least = {
        "geometry": {
            "type": "planar",
            "width": "20 um",
            "anode": "30 um",
            "electrolyte": "5 um",
            "interface_size": "0.12 um",
        },
        "phase_field": {"l": "0.25 um"},
        "protocol": [strip(contact_fraction=0.15)],
    }
    return merge(least, changes)


def strip(current_density: str = "0.1 mA/cm^2", **until: Any) -> dict[str, Any]:
    return {"step": "strip", "current_density": current_density, "until": until}


def scenario(**changes: Any) -> Scenario:
    return parse_scenario(data(**changes), HERE)
