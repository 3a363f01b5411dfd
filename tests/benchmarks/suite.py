"""What is measured: name -> cell and ranks. `LARGE` takes hours of memory and time more."""

from typing import Any

Case = dict[str, Any]


def _cell(dimension: int, size: float, width: float, ranks: int = 1, **more: Any) -> Case:
    return {
        "dimension": dimension,
        "interface_size": size,
        "width": width,
        "ranks": ranks,
        **more,
    }


DEFAULT: dict[str, Case] = {
    "2d-5k": _cell(2, 0.22, 30.0, steps=20),
    "2d-20k": _cell(2, 0.1, 30.0, steps=20),
    "2d-20k-2": _cell(2, 0.1, 30.0, ranks=2, steps=20),
    "2d-40k-2": _cell(2, 0.1, 60.0, ranks=2, steps=20),
    "2d-20k-direct": _cell(2, 0.1, 30.0, steps=20, solver="direct"),
    "2d-20k-direct-2": _cell(2, 0.1, 30.0, ranks=2, steps=20, solver="direct"),
    "2d-80k": _cell(2, 0.05, 30.0, steps=8),
    "2d-80k-2": _cell(2, 0.05, 30.0, ranks=2, steps=8),
    "2d-80k-direct": _cell(2, 0.05, 30.0, steps=8, solver="direct"),
    "2d-80k-direct-2": _cell(2, 0.05, 30.0, ranks=2, steps=8, solver="direct"),
    "2d-300k": _cell(2, 0.025, 30.0, steps=3),
    "2d-300k-2": _cell(2, 0.025, 30.0, ranks=2, steps=3),
    "2d-300k-direct": _cell(2, 0.025, 30.0, steps=3, solver="direct"),
    "2d-300k-direct-2": _cell(2, 0.025, 30.0, ranks=2, steps=3, solver="direct"),
    "3d-8k": _cell(3, 0.25, 5.0, steps=8),
    "3d-8k-direct": _cell(3, 0.25, 5.0, steps=8, solver="direct"),
    "3d-25k": _cell(3, 0.2, 10.0, depth=5.0, steps=10),
    "3d-50k": _cell(3, 0.2, 10.0, steps=10),
    "3d-50k-2": _cell(3, 0.2, 10.0, ranks=2, steps=10),
    "3d-50k-direct": _cell(3, 0.2, 10.0, steps=2, solver="direct"),
    "3d-150k": _cell(3, 0.135, 10.0, steps=3),
    "3d-150k-2": _cell(3, 0.135, 10.0, ranks=2, steps=3),
}
"""Minutes on an idle machine with two processors."""

STRONG = {
    "2d-20k-2": ("2d-20k", 5),
    "2d-20k-direct-2": ("2d-20k-direct", 5),
    "2d-80k-2": ("2d-80k", 5),
    "2d-80k-direct-2": ("2d-80k-direct", 5),
    "2d-300k-2": ("2d-300k", 3),
    "2d-300k-direct-2": ("2d-300k-direct", 3),
    "3d-50k-2": ("3d-50k", 5),
    "3d-150k-2": ("3d-150k", 3),
    "3d-500k-2": ("3d-500k", 3),
}
"""Cells on two ranks, the same on one, and how often both are measured in turns: what else the
machine does changes single times by more than what a second rank is worth."""

WEAK = {"2d-40k-2": ("2d-20k", 5), "3d-50k-2": ("3d-25k", 5)}
"""Cells on two ranks, half of each on one, and how often."""

LARGE: dict[str, Case] = {
    "2d-500k": _cell(2, 0.02, 30.0, steps=2),
    "3d-500k": _cell(3, 0.09, 10.0, steps=2),
    "3d-500k-2": _cell(3, 0.09, 10.0, ranks=2, steps=2),
    "3d-1m-2": _cell(3, 0.09, 14.2, ranks=2, steps=1),
}
"""Half a million unknowns and more."""
