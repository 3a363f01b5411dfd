"""What the container costs: start and computing time of a scenario, without it and in it.

    python tests/container/measure.py [--repeat 5] [--ranks 1] [--engine podman] [--image lithovoid]

The runs alternate, so that other load on the machine meets both alike. The first run of each kind
fills its caches and is not counted. Prints one CSV row per run and the medians; asserts nothing.
The least computing time adds up the shortest time that each step took in any run: what else the
machine did at times does not count.

    start [s]     wall time from the command until the first time step is in timing.csv
    compute [s]   wall time from the first to the last step, from timing.csv
    cpu [s]       user and system time of all processes, from the command to its end
"""

import argparse
import csv
import os
import shlex
import subprocess
import sys
import tempfile
import time
from dataclasses import astuple, dataclass, fields
from itertools import pairwise
from pathlib import Path
from statistics import median

SCENARIOS = Path(__file__).parents[2] / "scenarios"
BIN = Path(sys.executable).parent
PATIENCE_S = 600.0
POLL_S = 0.01


@dataclass(frozen=True)
class Cost:
    """What one run took, in s."""

    start: float
    compute: float
    cpu: float


Steps = list[float]
"""Wall times of the steps, in s."""


def main() -> None:
    """Measure and print."""
    options = arguments()
    print("kind", "run", *(f"{field.name} [s]" for field in fields(Cost)), sep=",")
    with tempfile.TemporaryDirectory() as folder:
        found: dict[str, list[Cost]] = {"bare": [], "container": []}
        steps: dict[str, list[Steps]] = {"bare": [], "container": []}
        for number in range(options.repeat + 1):
            for kind, costs in found.items():
                out = Path(folder) / f"{kind}-{number}"
                cost, walls = measured(words(kind, out, options), out)
                if number:
                    costs.append(cost)
                    steps[kind].append(walls)
                    print(kind, number, *rounded(cost), sep=",", flush=True)
    medians = {kind: middle(costs) for kind, costs in found.items()}
    for kind, cost in medians.items():
        print(kind, "median", *rounded(cost), sep=",")
    ratios = Cost(*(a / b for a, b in zip(*map(astuple, reversed(medians.values())), strict=True)))
    print("container / bare", "median", *rounded(ratios), sep=",")
    least = {kind: sum(map(min, zip(*runs, strict=True))) for kind, runs in steps.items()}
    for kind, seconds in least.items():
        print(kind, "least", "", f"{seconds:.3f}", "", sep=",")
    print("container / bare", "least", "", f"{least['container'] / least['bare']:.3f}", "", sep=",")


def arguments() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--repeat", type=int, default=5, help="runs of each kind")
    parser.add_argument("--ranks", type=int, default=1, help="processes")
    parser.add_argument("--engine", default="docker", help="docker or podman")
    parser.add_argument("--image", default="lithovoid")
    parser.add_argument("--case", default="lithium_strip_quick.toml", help="one of scenarios/")
    parser.add_argument("--set", nargs="*", default=[], help="KEY=VALUE, as of lithovoid run")
    return parser.parse_args()


def words(kind: str, out: Path, options: argparse.Namespace) -> list[str]:
    """Return the command of a run; the shell around it prints the processor time of all it ran."""
    inside = kind == "container"
    case = "/opt/lithovoid/scenarios" if inside else SCENARIOS
    program = "lithovoid" if inside else BIN / "lithovoid"
    launch = [] if options.ranks == 1 else ["mpirun" if inside else BIN / "mpirun"]
    launch += ["-n", options.ranks] if launch else []
    changes = [word for change in options.set for word in ("--set", change)]
    run = [*launch, program, "run", f"{case}/{options.case}", "--out", out, *changes]
    script = f"{shlex.join(map(str, run))} >/dev/null && times"
    if not inside:
        return ["sh", "-c", script]
    # Root in a container of Podman is the caller.
    user = "0:0" if options.engine == "podman" else f"{os.getuid()}:{os.getgid()}"
    volume = f"--volume={out.parent}:{out.parent}"
    engine = [options.engine, "run", "--rm", "--network=none", f"--user={user}", volume]
    return [*engine, "--entrypoint=sh", options.image, "-c", script]


def measured(command: list[str], out: Path) -> tuple[Cost, Steps]:
    """Run `command` to its end, watching for the first step of the run in `out`."""
    table = out / "timing.csv"
    # with it, each bare start would compile the Python files that changed after their installation
    variables = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    began = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=variables) as process:
        while not (table.is_file() and table.read_text().count("\n") > 1):
            if process.poll() not in (None, 0) or time.monotonic() - began > PATIENCE_S:
                process.kill()
                sys.exit(f"no first step from: {shlex.join(command)}")
            time.sleep(POLL_S)
        start = time.monotonic() - began
        printed, _ = process.communicate()
    if process.returncode:
        sys.exit(f"failed: {shlex.join(command)}")
    with table.open() as lines:
        walls = [float(row["wall_time [s]"]) for row in csv.DictReader(lines)]
    cost = Cost(start, walls[-1] - walls[0], cpu_time(printed))
    return cost, [end - begin for begin, end in pairwise(walls)]


def cpu_time(printed: str) -> float:
    """Return the sum of what the shell's `times` says of its children, its last line: 1m2.5s ..."""
    parts = [word.rstrip("s").split("m") for word in printed.splitlines()[-1].split()]
    return sum(60 * float(minutes) + float(seconds) for minutes, seconds in parts)


def middle(costs: list[Cost]) -> Cost:
    """Return the medians."""
    return Cost(*map(median, zip(*map(astuple, costs), strict=True)))


def rounded(cost: Cost) -> list[str]:
    """Write the numbers with three decimals."""
    return [f"{value:.3f}" for value in astuple(cost)]


if __name__ == "__main__":
    main()
