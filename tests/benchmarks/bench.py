"""The benchmarks: `make bench`, or

    python tests/benchmarks/bench.py [--large] [--fipy PYTHON] [--pypde PYTHON] [--only NAME ...]
        [--out FILE.json]

Each case runs in processes of its own; the numbers go to FILE.json (default: results/<commit>.json,
which is not kept in the repository) and into RESULTS.md, which names the cases that are missing.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from operator import itemgetter
from pathlib import Path
from typing import Any

import page
import suite

HERE = Path(__file__).parent
PYTHON = sys.executable
LAUNCHER = Path(PYTHON).parent / "mpirun"

SPINODAL_END = 20.0
OTHERS = {"fipy": (66, 100, 200), "pypde": (100, 200, 300)}
"""Cells per side at which other codes run: at equal error it is not one grid that counts."""

OURS = [
    (200, 1, 2e-5),
    (200, 1, 1e-4),
    (100, 1, 1e-4),
    (66, 1, 1e-4),
    (27, 2, 2e-3),
    (30, 2, 2e-3),
    (36, 2, 1e-3),
    (42, 2, 1e-3),
    (45, 2, 1e-3),
    (50, 2, 1e-3),
    (55, 2, 1e-3),
    (38, 3, 1e-3),
]
"""Cells per side, degree, tolerance: the cheapest as exact as others decides at equal error."""

INCOMPLETE = (
    "-ksp_type gmres -ksp_rtol 1e-3 -pc_type ilu -pc_factor_mat_solver_type petsc "
    "-pc_factor_mat_ordering_type rcm"
)
"""How they solve their linear systems, which the time derivative dominates: incomplete factors, c
and mu of a node next to each other. FiPy has such solvers, too, but is faster without."""

REFERENCE = (150, 2, 1e-5)
"""What counts as exact; factorised, since incomplete factors take longer on so fine a grid."""

TIMES, SHORT = 5, 20.0
"""Runs of less than so many CPU seconds are repeated in turns so many times."""

ONE_THREAD = {"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}


def run_case(case: dict[str, Any]) -> dict[str, Any]:
    """Measure one case of the suite."""
    cell = {key: value for key, value in case.items() if key != "ranks"}
    command = [str(LAUNCHER), "-n", str(case["ranks"]), PYTHON, "measure.py", json.dumps(cell)]
    return _json(command)


def in_turns(one: dict[str, Any], two: dict[str, Any], times: int) -> list[list[float]]:
    """Wall times per Newton iteration [s] of a case on one rank and one on two, in turns.

    The third of each round is that of the first case while it runs on the other processor, too:
    what two ranks can gain at best, where processors share caches, memory and their clock.
    """
    rounds = []
    for _ in range(times):
        apart = [_seconds([run_case(case)]) for case in (one, two)]
        with ThreadPoolExecutor(2) as pool:
            rounds.append([*apart, _seconds(list(pool.map(run_case, [one, one])))])
    return rounds


def _seconds(runs: list[dict[str, Any]]) -> float:
    """Wall time per Newton iteration [s], the mean of equal `runs`."""
    return float(sum(done["wall_s"] for done in runs) / sum(done["newton"] for done in runs))


def spinodal(interpreters: dict[str, str]) -> dict[str, Any]:
    """Compare with other codes, each with an interpreter that has it; short runs in turns.

    Medians count.
    """
    theirs = [
        (code, [python, f"{code}_spinodal.py", str(n), str(SPINODAL_END)])
        for code, python in interpreters.items()
        for n in OTHERS[code]
    ]
    ours = [("lithovoid", [*_ours(*case), *INCOMPLETE.split()]) for case in OURS]
    runs = [(code, command, [_json(command)]) for code, command in theirs + ours]
    for _ in range(TIMES - 1):
        for _, command, done in runs:
            if done[0]["cpu_s"] < SHORT:
                done.append(_json(command))
    results: dict[str, Any] = {"exact": _json(_ours(*REFERENCE))}
    for code, _, done in runs:
        median = sorted(done, key=itemgetter("cpu_s"))[len(done) // 2]
        results.setdefault(code, []).append(median)
    return results


def _ours(cells: int, degree: int, tolerance: float) -> list[str]:
    return [
        PYTHON,
        "spinodal_lithovoid.py",
        *(str(value) for value in (cells, degree, SPINODAL_END, tolerance)),
    ]


def machine() -> dict[str, Any]:
    """What the numbers depend on besides the code."""
    git = ["git", "-C", str(HERE), "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip()
    return {
        "commit": commit or "unknown",
        "processor": _processor(),
        "processors": len(os.sched_getaffinity(0)),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def _json(command: list[str]) -> dict[str, Any]:
    """Run `command`, whose last line of output is JSON."""
    print("  " + " ".join(command[1:7]), flush=True)
    environment = os.environ | ONE_THREAD
    done = subprocess.run(
        command, cwd=HERE, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-3000:]}")
    numbers: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return numbers


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--large", action="store_true", help="half a million unknowns and more, too"
    )
    for code in OTHERS:
        parser.add_argument(f"--{code}", metavar="PYTHON", help=f"an interpreter that has {code}")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these cases only")
    parser.add_argument("--out", type=Path, help="where the numbers go")
    options = parser.parse_args()
    about = machine()
    out = options.out or HERE / "results" / f"{about['commit']}.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    cases = suite.DEFAULT | (suite.LARGE if options.large or options.only else {})
    wanted = options.only or list(cases)
    results = json.loads(out.read_text(encoding="utf-8")) if out.is_file() else {"cases": {}}
    results["machine"] = about
    for name in wanted:
        print(name, flush=True)
        results["cases"][name] = run_case(cases[name]) | {"commit": about["commit"]}
        for kind, halves in (("strong", suite.STRONG), ("weak", suite.WEAK)):
            if name in halves:
                other, times = halves[name]
                turns = in_turns(cases[other], cases[name], times)
                results.setdefault(kind, {})[name] = turns
        out.write_text(json.dumps(results, indent=1), encoding="utf-8")
    interpreters = {code: getattr(options, code) for code in OTHERS if getattr(options, code)}
    if interpreters:
        results["spinodal"] = spinodal(interpreters)
        out.write_text(json.dumps(results, indent=1), encoding="utf-8")
    print(f"numbers in {out}")
    (HERE / "RESULTS.md").write_text(page.write(results), encoding="utf-8")
    print(f"page in {HERE / 'RESULTS.md'}")


if __name__ == "__main__":
    main()
