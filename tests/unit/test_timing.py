"""timing.csv and `lithovoid info --profile`: where the time of a run went."""

import csv
from pathlib import Path

import pytest
from cases import data, strip
from rich.console import Console

from lithovoid.case.load import dump_toml, parse_scenario
from lithovoid.commands.info import print_profile
from lithovoid.hooks.timing import PARTS, TIMING
from lithovoid.machine.errors import ConfigurationError
from lithovoid.run.runner import run_scenario


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run of some steps."""
    folder = tmp_path_factory.mktemp("timing")
    case = folder / "case.toml"
    short = data(protocol=[strip(time="2 s")])
    case.write_text(dump_toml(parse_scenario(short, folder)), encoding="utf-8")
    run_scenario(case, folder / "run", [])
    return folder / "run"


def rows(directory: Path) -> list[dict[str, float]]:
    with (directory / "timing.csv").open(encoding="utf-8", newline="") as file:
        return [{key: float(text) for key, text in row.items()} for row in csv.DictReader(file)]


def test_the_parts_are_measured_and_fit_into_the_whole(directory: Path) -> None:
    table = rows(directory)
    assert list(table[0]) == [result.header for result in TIMING.values()]
    spent = {part: sum(row[f"{part} [s]"] for row in table) for part in PARTS}
    for part in ("residual", "jacobian", "preconditioner", "linear_solve", "hooks", "output"):
        assert spent[part] > 0, part
    inside = [spent[part] for part in ("residual", "jacobian", "preconditioner", "linear_solve")]
    assert sum(inside) < spent["solve"] * 1.02
    whole = table[-1]["wall_time [s]"]
    assert spent["solve"] + spent["hooks"] + spent["output"] < whole * 1.02
    assert all(row["assembly_imbalance"] == 1.0 for row in table)


def test_the_profile_names_all_parts(directory: Path) -> None:
    console = Console(record=True, width=150)
    print_profile(directory, console)
    text = console.export_text()
    for words in ("assembly of the Jacobian", "factorisation", "output", "slowest rank to mean"):
        assert words in text
    shares = [
        float(line.split("step")[1].split("%")[0]) for line in text.splitlines() if "%" in line
    ]
    assert sum(shares[:-1]) == pytest.approx(100.0, abs=1.0)


def test_a_run_without_times_is_named(tmp_path: Path) -> None:
    (tmp_path / "timing.csv").write_text("step,wall_time [s]\n1,0.1\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="no times"):
        print_profile(tmp_path, Console())
