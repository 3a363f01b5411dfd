"""Kill a run at random moments and continue it, many times: nothing may be lost or doubled.

    python tests/restart/kill_cycles.py --seed 1 --cycles 100

A run of a small cell, with a checkpoint after every step, is killed by SIGKILL and continued until
it ends; what it wrote is compared with an undisturbed run, byte by byte. A run that ends is begun
anew, until as many kills have happened as were asked for.
"""

import argparse
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from small_run import TABLES, command, write_scenario

CHANGES = (
    "checkpoint.every_steps=1",
    "output.every_capacity=0.002 mAh/cm^2",
    "numerics.dt_max=10 s",
)
OPTIONS = tuple(part for change in CHANGES for part in ("--set", change))
LONGEST_WAIT_S = 5.0
"""A part of a run is killed at the latest after this time; its start alone takes a second."""


class Cycles:
    """Runs that are killed, in a folder, and what became of them."""

    def __init__(self, folder: Path, seed: int, ranks: int = 1) -> None:
        self._folder, self._ranks = folder, ranks
        self._random = random.Random(seed)
        self._case = write_scenario(folder)
        self.reference = folder / "undisturbed"
        if code := self._start(self.reference).wait():
            raise RuntimeError(f"the undisturbed run ended with {code}")
        self.found: Counter[str] = Counter()

    def run(self, kills: int) -> None:
        """Kill `kills` times. Raises RuntimeError where a run cannot be continued or differs."""
        while self.found["kills"] < kills:
            directory = self._folder / "killed"
            shutil.rmtree(directory, ignore_errors=True)
            self._kill_until_finished(directory, kills)
            self._compare(directory)
            self.found["runs compared"] += 1

    def _kill_until_finished(self, directory: Path, kills: int) -> None:
        while True:
            process = self._start(directory)
            wait = None
            if self.found["kills"] < kills:
                wait = self._random.uniform(0.0, LONGEST_WAIT_S)
            try:
                code = process.wait(wait)
            except subprocess.TimeoutExpired:
                self._note_moment(directory)
                process.send_signal(signal.SIGKILL)
                process.wait()
                self.found["kills"] += 1
                continue
            if code:
                raise RuntimeError(f"a continued run ended with {code}: see {directory}/log.txt")
            return

    def _note_moment(self, directory: Path) -> None:
        """Count where the run was, as far as its files show it."""
        if not (directory / "series.csv").is_file():
            self.found["killed before the first step"] += 1
        elif list(directory.glob("**/*.tmp")):
            self.found["killed while a file was replaced"] += 1

    def _start(self, directory: Path) -> subprocess.Popen[bytes]:
        place = ("--restart", directory) if directory.is_dir() else ("--out", directory)
        arguments = command("run", self._case, *place, *OPTIONS, ranks=self._ranks)
        return subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=sys.stderr)

    def _compare(self, directory: Path) -> None:
        for name in TABLES:
            if (directory / name).read_bytes() != (self.reference / name).read_bytes():
                raise RuntimeError(f"{directory / name} differs from the undisturbed run")
        folders = [path / "fields" for path in (directory, self.reference)]
        files, wanted = ({path.name: path.read_bytes() for path in f.iterdir()} for f in folders)
        if files != wanted:
            raise RuntimeError(f"the files in {folders[0]} differ from the undisturbed run")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cycles", type=int, default=100)
    parser.add_argument("--ranks", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        cycles = Cycles(Path(folder), options.seed, options.ranks)
        cycles.run(options.cycles)
        for what, count in cycles.found.items():
            print(f"{what}: {count}")
        print(f"all equal to the undisturbed run; {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
