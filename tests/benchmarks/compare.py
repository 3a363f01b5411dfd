"""Compare two files of `bench.py`: python tests/benchmarks/compare.py BEFORE.json AFTER.json"""

import json
import sys
from pathlib import Path
from typing import Any

QUANTITIES = ("cpu_s", "wall_s", "newton", "linear", "memory_all_gb")


def table(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Lines of ratios after / before, per case that both have; below one is better."""
    names = [name for name in before["cases"] if name in after["cases"]]
    width = max((len(name) for name in names), default=0)
    lines = [f"{'case':{width}}  " + "  ".join(f"{q:>13}" for q in QUANTITIES)]
    for name in names:
        old, new = before["cases"][name], after["cases"][name]
        ratios = [_per_step(new, q) / max(_per_step(old, q), 1e-12) for q in QUANTITIES]
        lines.append(f"{name:{width}}  " + "  ".join(f"{ratio:13.3f}" for ratio in ratios))
    return lines


def _per_step(case: dict[str, Any], quantity: str) -> float:
    """Value per step; memory does not grow with steps."""
    value = float(case[quantity])
    return value if quantity.startswith("memory") else value / case["steps"]


if __name__ == "__main__":
    before, after = (json.loads(Path(path).read_text(encoding="utf-8")) for path in sys.argv[1:3])
    print(f"{after['machine']['commit']} against {before['machine']['commit']}, ratios per step")
    print("\n".join(table(before, after)))
