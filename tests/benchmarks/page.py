"""Writes the numbers of `bench.py` as a page."""

from statistics import median
from typing import Any

import suite

COLUMNS = {
    "unknowns": "unknowns",
    "ranks": "ranks",
    "solver": "solver",
    "s/step": "wall / step [s]",
    "s/newton": "wall / Newton iteration [s]",
    "us/unknown": "CPU / step and unknown [us]",
    "linear/newton": "linear / Newton iterations",
    "shares": "Jacobian / residual / preconditioner / solve / rest [%]",
    "memory": "memory, all ranks [GB]",
}

CODES = {
    "fipy": ("FiPy", "finite volumes"),
    "pypde": ("py-pde", "finite differences"),
}
"""Other codes with the names of their methods."""


def write(results: dict[str, Any]) -> str:
    """Return the page in Markdown."""
    about = results["machine"]
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`; larger sizes with `make bench LARGE=1`, the comparison with "
        "other codes with `make bench FIPY=/path/to/python PYPDE=/path/to/python`. Anodes of "
        "10 um, voids open and growing under 0.1 mA/cm^2, the product's own time steps; shares are "
        "of the time in steps.",
        "",
        f"Commit {about['commit']}, {about['processor']}, {about['processors']} processors, "
        f"load {about['load']:.2f} before the first case.",
        "",
        "| case | " + " | ".join(COLUMNS.values()) + " |",
        "|---" * (len(COLUMNS) + 1) + "|",
    ]
    for name, case in results["cases"].items():
        lines.append(f"| {name} | " + " | ".join(_row(case)) + " |")
    missing = [name for name in suite.DEFAULT if name not in results["cases"]]
    if missing:
        lines += ["", f"Not measured: {', '.join(missing)}."]
    lines += _other_commits(results["cases"], about["commit"])
    lines += ["", *_against_newton(results["cases"]), "", *_scaling(results)]
    if "spinodal" in results:
        lines += ["", *_spinodal(results["spinodal"])]
    return "\n".join(lines) + "\n"


def _other_commits(cases: dict[str, Any], commit: str) -> list[str]:
    """Say which cases an earlier commit was measured with."""
    names: dict[str, list[str]] = {}
    for name, case in cases.items():
        names.setdefault(case.get("commit", commit), []).append(name)
    names.pop(commit, None)
    return [
        line
        for other, some in names.items()
        for line in ("", f"Measured at commit {other}: {', '.join(some)}.")
    ]


def _row(case: dict[str, Any]) -> list[str]:
    steps, newton, wall = case["steps"], case["newton"], case["wall_s"]
    names = ("jacobian", "residual", "preconditioner", "linear_solve")
    parts = [case[f"{name}_s"] for name in names]
    shares = [*parts, max(wall - sum(parts), 0.0)]
    return [
        f"{case['unknowns']:,}",
        str(case["ranks"]),
        case.get("solver", "auto"),
        f"{wall / steps:.3g}",
        f"{wall / newton:.3g}",
        f"{1e6 * case['cpu_s'] * case['ranks'] / steps / case['unknowns']:.3g}",
        f"{case['linear'] / newton:.1f}",
        " / ".join(f"{100 * share / wall:.0f}" for share in shares),
        f"{case['memory_all_gb']:.2f}",
    ]


def _against_newton(cases: dict[str, Any]) -> list[str]:
    """The direct solver's steps against an assembly and a factorisation in each iteration.

    With it an iteration is one solution; incomplete factorisations of other solvers are no measure.
    """
    lines = [
        "## One assembly and one factorisation per step",
        "",
        "Time in steps, over that of one assembly of the Jacobian and one factorisation, measured "
        "alone, times the number of Newton iterations.",
        "",
        "| case | steps | factorisations | Newton iterations | ratio |",
        "|---|---|---|---|---|",
    ]
    for name, case in cases.items():
        if case["linear"] == case["newton"]:
            count = case["factorisations"]
            alone = (case["jacobian_s"] + case["preconditioner_s"]) / count
            ratio = case["wall_s"] / (alone * case["newton"])
            lines.append(f"| {name} | {case['steps']} | {count} | {case['newton']} | {ratio:.2f} |")
    return lines


def _scaling(results: dict[str, Any]) -> list[str]:
    """Strong and weak scaling, where measured."""
    return [
        "## Two ranks against one",
        "",
        "Wall time per Newton iteration on one rank over that on two, measured in turns. Two runs "
        "at once, each on one rank, do so many times the work of one: the most that two ranks can "
        "gain on this machine.",
        "",
        "| case | times | speed-up, median | smallest to largest | two runs at once "
        "| cells, largest rank to mean |",
        "|---|---|---|---|---|---|",
        *_turns(results, "strong", 2),
        "",
        "Twice the interface on two ranks: time per iteration of the half on one rank over it.",
        "",
        "| case | times | efficiency, median | smallest to largest | two halves at once "
        "| cells, largest rank to mean |",
        "|---|---|---|---|---|---|",
        *_turns(results, "weak", 1),
    ]


def _turns(results: dict[str, Any], kind: str, parts: int) -> list[str]:
    """Rows of a table: times of one rank over those of two, and of another run beside it."""
    lines = []
    for name, rounds in results.get(kind, {}).items():
        gains = [one / two for one, two, _ in rounds]
        most = [parts * one / both for one, _, both in rounds]
        lines.append(
            f"| {name} | {len(rounds)} | {median(gains):.2f} | {min(gains):.2f} to "
            f"{max(gains):.2f} | {median(most):.2f} | "
            f"{results['cases'][name]['cells_max_to_mean']:.3f} |"
        )
    return lines


def _spinodal(numbers: dict[str, Any]) -> list[str]:
    """The comparison with other codes, one core, at t = 20."""
    reference, ours = numbers["exact"], numbers["lithovoid"]
    exact = reference["energy"]
    others = [(name, row) for code, name in CODES.items() for row in numbers.get(code, [])]
    rows = [(*name, row) for name, row in others]
    rows += [("Lithovoid", f"Q{row['degree']}", row) for row in ours]
    lines = [
        "## PFHub 1(b) to t = 20 against other codes, one core",
        "",
        f"Free energy that counts as exact: {exact:.4f} (Lithovoid, Q2, "
        f"{reference['cells']} cells per side, tolerance {reference['tolerance']:g}).",
        "",
        "| code | elements | cells per side | tolerance | steps | energy | error [%] | CPU [s] |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for code, elements, row in rows:
        tolerance = f"{row['tolerance']:g}" if "tolerance" in row else "-"
        lines.append(
            f"| {code} | {elements} | {row['cells']} | {tolerance} | {row['steps']} | "
            f"{row['energy']:.4f} | {_error(row, exact):+.2f} | {row['cpu_s']:.3g} |"
        )
    lines += [
        "",
        "CPU time of the others over Lithovoid's, on the same grid and for no larger an error:",
        "",
        "| code | cells per side | same grid | at least as exact | which is | error [%] |",
        "|---|---|---|---|---|---|",
    ]
    return lines + [f"| {name} {_ratios(row, ours, exact)}" for (name, _), row in others]


def _error(row: dict[str, Any], exact: float) -> float:
    return float(100 * (row["energy"] / exact - 1))


def _ratios(other: dict[str, Any], ours: list[dict[str, Any]], exact: float) -> str:
    """Another code against the cheapest of `ours` on its grid, and the cheapest as exact."""
    same = [row for row in ours if row["cells"] == other["cells"] and row["degree"] == 1]
    allowed = abs(_error(other, exact))
    exacter = [row for row in ours if abs(_error(row, exact)) <= allowed]
    cells = [f"{other['cells']}", "-", "-", "-", "-"]
    if same:
        cells[1] = f"{other['cpu_s'] / min(row['cpu_s'] for row in same):.3g}"
    if exacter:
        best = min(exacter, key=lambda row: row["cpu_s"])
        words = f"Q{best['degree']}, {best['cells']}, {best['tolerance']:g}"
        cells[2:] = [f"{other['cpu_s'] / best['cpu_s']:.3g}", words, f"{_error(best, exact):+.2f}"]
    return "| " + " | ".join(cells) + " |"
