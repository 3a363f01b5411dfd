"""Studies that the tests start from."""

from pathlib import Path
from typing import Any

import tomli_w

from lithovoid.scenario.toml_files import merge
from lithovoid.study.schema import Study, load_study

COLUMN = {
    "geometry": {"type": "column", "anode": "10 um", "electrolyte": "2 um"},
    "anode": {"x_mg": 0.2},
    "nucleation": {"mode": "count"},
    "numerics": {"dt_initial": "5 s", "max_change_v": 0.2},
    "output": {"fields": "none"},
    "protocol": [
        {"step": "strip", "current_density": "10 A/m^2", "until": {"lithium_at_interface": 0.3}}
    ],
}
PLANAR = {
    "geometry": {
        "type": "planar",
        "width": "12 um",
        "anode": "12 um",
        "electrolyte": "3 um",
        "interface_size": "0.12 um",
    },
    "phase_field": {"l": "0.25 um"},
    "protocol": [
        {"step": "strip", "current_density": "1 A/m^2", "until": {"contact_fraction": 0.2}}
    ],
}


def write_study(folder: Path, base: dict[str, Any] | None = None, **keys: Any) -> Path:
    """Write a study of `base` with `keys` into `folder` and return its file."""
    path = folder / "study.toml"
    path.write_text(tomli_w.dumps({"base": base or PLANAR, **keys}), encoding="utf-8")
    return path


def study(folder: Path, base: dict[str, Any] | None = None, **keys: Any) -> Study:
    return load_study(write_study(folder, base, **keys))


def changed(base: dict[str, Any], **tables: Any) -> dict[str, Any]:
    return merge(base, tables)
