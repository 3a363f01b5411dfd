"""Damage every kind of input file at random: each must be used, or refused with one clear message.

    python tests/fuzz/fuzz_inputs.py --seed 1 --count 10000

Good files are mutated as bytes, lines and words. An input passes where its reader returns or raises
ConfigurationError with a message; any other exception, more than `PATIENCE_S` seconds, a change of
the file itself or a new file beside it is a finding.
"""

import argparse
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from mesh_texts import MESH, MESH_4

from lithovoid.case.load import load_scenario
from lithovoid.case.profile import is_file, read_profile
from lithovoid.machine.bootstrap import start
from lithovoid.machine.errors import ConfigurationError
from lithovoid.meshes.read import GroupNames, read_mesh
from lithovoid.study.expand import expand
from lithovoid.study.schema import load_study

start()
from lithovoid.hooks.replay import read_plan  # noqa: E402 - imports DOLFINx

PATIENCE_S = 10
MEMORY_BYTES = 8 << 30

WORDS = (
    *("nan", "inf", "-inf", "1e999", "-1", "0", "1e-400", "9" * 30, "9" * 5000, "true", "''", '""'),
    *("[]", "{}", "[[", "]]", "=", "#", "\x00", "\ufeff", "é", "\u202e", "\\", '"', "'''", "\n"),
    *("__import__('os').system('touch hacked')", "${HOME}", "../../etc/passwd", "/dev/zero", "~"),
    *("30 um", "1 m^9", "1 um^2^9", "-3 mA/cm^2", "K", "1 bananas", "include", "protocol", "step"),
    *("1979-05-27T07:32:00Z", "z**z**z", "(" * 200, "-" * 400 + "z", "9**9**9**9", "lambda: 0"),
)

REPLAY = """id,step,time [s],x [um],y [um],z [um],status
0,3,12.5,1.0,0.0,0.0,accepted
1,5,20.0,3.0,0.0,0.0,rejected
2,9,31.0,4.5,0.0,0.0,accepted
"""
PROFILE = "depth [um],x_mg\n0,0.1\n5,0.2\n40,0.05\n"
SPREADSHEET = PROFILE.replace(",", ";").replace(".", ",").encode("utf-16")
FORMULAS = ("0.1 + 0.1*exp(-z/5)", "max(0.0, 0.2 - z/100)", "0.1*(1 + tanh((z - 3)/2))", "pi/30")
STUDY = """title = "fuzzed"
scenario = "base.toml"
replicates = 2
[set]
"numerics.dt_max" = "1 h"
"phase_field.l" = "0.25 um"
[[axes]]
"anode.x_mg" = [0.0, 0.1]
[[axes]]
"protocol.0.current_density" = ["0.1 mA/cm^2", "1 mA/cm^2"]
[slurm]
time = "01:00:00"
"""


class TooSlow(BaseException):
    """An input took too long."""


class Fuzzer:
    """Mutates good inputs in a folder and feeds them to their readers."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder, self._random = folder, random.Random(seed)
        scenarios = Path(str(files("lithovoid.scenarios")))
        materials = Path(str(files("lithovoid.materials")))
        self._base = (scenarios / "lithium_strip.toml").read_bytes()
        (folder / "base.toml").write_bytes(self._base)
        whole = [path.read_bytes() for path in scenarios.glob("*.toml")]
        self._samples: dict[str, tuple[list[bytes], str, Callable[[Path], object]]] = {
            "scenario": (whole, "case.toml", load_scenario),
            "material": ([p.read_bytes() for p in materials.glob("*.toml")], "m.toml", _material),
            "replay": ([REPLAY.encode()], "nuclei.csv", lambda path: read_plan(path, 2)),
            "profile": (
                [PROFILE.encode(), SPREADSHEET],
                "profile.csv",
                lambda path: read_profile(str(path)),
            ),
            "formula": ([f.encode() for f in FORMULAS], "formula.txt", _formula),
            "mesh": ([MESH.encode(), MESH_4.encode()], "mesh.msh", _mesh),
            "study": ([STUDY.encode()], "study.toml", lambda path: expand(load_study(path))),
        }
        self.found: Counter[str] = Counter()
        self.findings: list[str] = []

    def run(self, count: int) -> None:
        """Try `count` inputs, all kinds in turn."""
        kinds = list(self._samples)
        for number in range(count):
            self._try(kinds[number % len(kinds)])

    def _try(self, kind: str) -> None:
        samples, name, read = self._samples[kind]
        content = self._mutated(self._random.choice(samples))
        path = self._folder / name
        path.write_bytes(content)
        before = {p.name for p in self._folder.iterdir()}
        try:
            with _patience():
                read(path)
            self.found[f"{kind}: used"] += 1
        except ConfigurationError as error:
            self.found[f"{kind}: refused"] += 1
            if not str(error).strip() or "Traceback" in str(error):
                self._report(kind, content, f"a bad message: {error!r}")
        except (Exception, SystemExit, TooSlow):
            self._report(kind, content, traceback.format_exc(limit=-3))
        if {p.name for p in self._folder.iterdir()} != before or path.read_bytes() != content:
            self._report(kind, content, "files were changed")

    def _report(self, kind: str, content: bytes, what: str) -> None:
        self.found[f"{kind}: FINDING"] += 1
        self.findings.append(f"--- {kind}\n{content[:3000]!r}\n{what}")

    def _mutated(self, content: bytes) -> bytes:
        for _ in range(self._random.choice((0, 1, 1, 1, 2, 3, 8))):
            content = self._random.choice(MUTATIONS)(content, self._random)
        return content


def _flip(content: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(content) + 1)
    return content[:place] + bytes([chance.randrange(256)]) + content[place + 1 :]


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _move_lines(content: bytes, chance: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    for _ in range(chance.randint(1, 3)):
        if lines:
            line = lines.pop(chance.randrange(len(lines)))
            for _ in range(chance.choice((0, 1, 2))):
                lines.insert(chance.randint(0, len(lines)), line)
    return b"".join(lines)


def _replace_word(content: bytes, chance: random.Random) -> bytes:
    words = content.split(b" ")
    words[chance.randrange(len(words))] = chance.choice(WORDS).encode()
    return b" ".join(words)


def _insert_word(content: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(content) + 1)
    return content[:place] + chance.choice(WORDS).encode() + content[place:]


def _change_value(content: bytes, chance: random.Random) -> bytes:
    """Put a word in the place of a whole value of a TOML file or a cell of a table."""
    mark = b"=" if b"=" in content else b","
    parts = content.split(mark)
    number = chance.randrange(len(parts))
    _, newline, rest = parts[number].partition(b"\n")
    word = chance.choice(WORDS)
    parts[number] = chance.choice((word, f'"{word}"')).encode() + newline + rest
    return mark.join(parts)


def _change_number(content: bytes, chance: random.Random) -> bytes:
    places = [i for i, byte in enumerate(content) if chr(byte).isdigit()]
    if not places:
        return content
    place = chance.choice(places)
    digits = str(chance.choice((0, 7, 10**6, 10**12, -1))).encode()
    return content[:place] + digits + content[place + 1 :]


MUTATIONS = (
    *(_flip, _cut, _move_lines, _replace_word, _insert_word),
    *(_change_value, _change_value, _change_number, _change_number),
)


def _material(path: Path) -> object:
    kind = "electrolyte" if b"[electrolyte" in path.read_bytes() else "anode"
    return load_scenario(path.parent / "base.toml", [f'{kind}.material="{path.name}"'])


def _formula(path: Path) -> object:
    text = path.read_bytes().decode("utf-8", "replace")
    return None if is_file(text) else read_profile(text)([0.0, 1.0, 30.0])


def _mesh(path: Path) -> object:
    return read_mesh(path, 1e-6, GroupNames())[0]


@contextmanager
def _patience() -> Iterator[None]:
    def complain(*_: object) -> None:
        raise TooSlow(f"more than {PATIENCE_S} s")

    previous = signal.signal(signal.SIGALRM, complain)
    signal.alarm(PATIENCE_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)


@contextmanager
def limited_memory() -> Iterator[None]:
    """Make a reader that asks for too much memory fail, not the machine."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def fuzz(seed: int, count: int) -> Fuzzer:
    """Return a fuzzer that has tried `count` inputs."""
    with tempfile.TemporaryDirectory() as folder, limited_memory():
        fuzzer = Fuzzer(Path(folder), seed)
        fuzzer.run(count)
    return fuzzer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=10_000)
    options = parser.parse_args()
    started = time.monotonic()
    fuzzer = fuzz(options.seed, options.count)
    print("\n".join(fuzzer.findings))
    for what, count in sorted(fuzzer.found.items()):
        print(f"{what}: {count}")
    print(f"{options.count} inputs, {len(fuzzer.findings)} findings")
    print(f"{time.monotonic() - started:.0f} s", file=sys.stderr)
    sys.exit(bool(fuzzer.findings))


if __name__ == "__main__":
    main()
