"""One declaration per result: records, tables, JSON, console, report and studies agree with it."""

import json
import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Any, ClassVar, get_args

import pandas as pd
import pytest
import tomli_w
from cases import COLUMN, NUCLEATING_CELL, column, data, scenario, simulation, strip
from rich.console import Console
from test_physics import ALL, TRACER

from lithovoid import PHYSICS, run_scenario
from lithovoid.commands.info import print_run
from lithovoid.commands.results import catalogue
from lithovoid.equations.physics import Observable, Physics
from lithovoid.hooks.base import Cell, Hook
from lithovoid.machine.errors import ConfigurationError
from lithovoid.measure.failure import Mode
from lithovoid.measure.record import RECORD, Record
from lithovoid.measure.whole_run import CYCLE, ENDING, MODES, as_text
from lithovoid.meshes import build_mesh
from lithovoid.postprocess import tables
from lithovoid.postprocess.report import write_report
from lithovoid.postprocess.run import Run
from lithovoid.run.simulation import Simulation
from lithovoid.study.commands import run_study
from lithovoid.theory.result import Result, Results

SOURCES = (
    Path(__file__).parents[2] / "solver" / "lithovoid",
    Path(__file__).parents[2] / "postprocess",
)

STRIPS = [
    strip("0.3 mA/cm^2", capacity="0.06 mAh/cm^2"),
    {"step": "rest", "until": {"time": "60 s"}},
    strip("0.3 mA/cm^2", capacity="0.005 mAh/cm^2"),
]
VOIDS = {
    "geometry": NUCLEATING_CELL["geometry"],
    "nucleation": NUCLEATING_CELL["nucleation"],
    "protocol": STRIPS,
}


class Watcher(Hook):
    """Remembers what a record says before the step is complete."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.bulk: list[float] = []

    def on_step_accepted(self, cell: Cell, record: Record) -> bool:
        self.bulk.append(record.capacity_bulk)
        try:
            self.said.append(str(record.void_count))
        except AttributeError as error:
            self.said.append(str(error))
        return False


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with voids, two strips and a physics of a user."""
    folder = tmp_path_factory.mktemp("results")
    case = folder / "case.toml"
    case.write_text(tomli_w.dumps(data(**VOIDS, tracer=TRACER)))
    code, run = run_scenario(case, folder / "run", physics=ALL)
    assert code == 0
    return run


def declared(directory: Path, place: str) -> dict[str, Result]:
    about = json.loads((directory / "run.json").read_text())["results"][place]
    return {name: Result(**result) for name, result in about.items()}


def test_a_record_of_ones_own_loop_has_every_value() -> None:
    """Nothing is zero until a file is written: voids are counted for `for record in ...`, too."""
    watcher = Watcher()
    resolved = scenario(**VOIDS)
    cell = Simulation(resolved, build_mesh(resolved), [watcher])
    records = list(cell)
    for record in records:
        values = record.values(cell.results)
        assert list(values) == [*RECORD, "magnesium_drift"]
        assert (values["mean_void_width"] is None) == (record.void_count == 0)
    last = records[-1]
    assert last.void_count == len(cell.voids.measure().width) > 0
    assert last.mean_void_width == pytest.approx(cell.voids.measure().width.mean())
    assert last.mean_void_depth == pytest.approx(cell.voids.measure().depth.mean())
    assert last.nuclei > 0
    assert last.expected_nuclei is not None
    area = 6e-6 * resolved.nucleation.depth
    assert last.expected_nuclei_density == pytest.approx(last.expected_nuclei / area)
    assert watcher.bulk == [record.capacity_bulk for record in records]
    assert set(watcher.said) == {"'void_count': a record has it at the end of the step, not yet"}


def test_what_there_is_not_is_none_and_no_zero() -> None:
    record = simulation(protocol=[strip(time="10 s")]).step()  # no nucleation
    assert (record.void_count, record.nuclei) == (0, 0)
    nothing = (record.mean_void_width, record.expected_nuclei, record.expected_nuclei_density)
    assert nothing == (None, None, None)
    counting = column(nucleation={"mode": "count"}, protocol=[strip(time="10 s")])
    *_, last = counting
    assert last.expected_nuclei is None
    assert last.expected_nuclei_density is not None
    with pytest.raises(AttributeError, match="'void_cuont': a record has none"):
        _ = last.void_cuont  # type: ignore[attr-defined]


def test_tables_have_the_declared_columns(directory: Path) -> None:
    known = catalogue()
    for name in ("series.csv", "nuclei.csv", "timing.csv"):
        columns = set(pd.read_csv(directory / name).columns)
        own = {"tracer_drift", "tracer_square [um]"} if name == "series.csv" else set()
        assert columns - own == set(known[name])
        if name != "timing.csv":
            assert columns == set(declared(directory, name))
            for column_, result in declared(directory, name).items():
                assert column_ == (f"{result.name} [{result.unit}]" if result.unit else result.name)


def test_the_summary_is_what_the_series_and_the_declarations_say(directory: Path) -> None:
    run = json.loads((directory / "run.json").read_text())
    series, results = pd.read_csv(directory / "series.csv"), declared(directory, "summary")
    assert set(run["summary"]) == {*results, "cycles"}
    assert set(results) - set(catalogue()["run.json: summary"]) == {
        "tracer_drift_max",
        "tracer_square_um",
    }
    compared = 0
    for key, result in results.items():
        letters = re.sub(r"\W+", "_", result.unit.replace("^", ""))
        assert key == (f"{result.name}_{letters}" if letters else result.name)
        name = result.name.removesuffix("_max") if result.over_run == "largest" else result.name
        header = f"{name} [{result.unit}]" if result.unit else name
        if header in series:
            values = series[header]
            whole = {"last": values.iloc[-1], "largest": values.max(), "sum": values.sum()}
            assert run["summary"][key] == pytest.approx(whole[result.over_run]), key
            compared += 1
    assert compared == len([r for r in RECORD.values() if r.over_run != "not"]) + 3
    for place, items in (("cycles", run["summary"]["cycles"]), ("events", run["events"]),
                         ("frames", run["frames"])):  # fmt: skip
        listed = catalogue()[f"run.json: {'summary: ' * (place == 'cycles')}{place}"]
        assert all(set(item) == set(listed) for item in items)


def test_people_are_shown_the_declared_labels_and_units(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    summary, results = Run(directory).summary, declared(directory, "summary")
    there = {key for key, value in summary.items() if value is not None}
    shown = {key: result for key, result in results.items() if result.shown and key in there}
    assert {"overpotential_V", "tracer_square_um", "time_s"} < set(shown)
    console = Console(record=True, width=200)
    print_run(directory, console)
    capsys.readouterr()
    printed = [line.strip("│ ") for line in console.export_text().splitlines()]
    rows = tables.summary_rows(Run(directory))
    page = unescape(write_report(directory).read_text())
    for (label, value, unit), (key, result) in zip(rows, shown.items(), strict=True):
        assert label == result.label
        wanted = result.unit.replace("^2", "²").replace("um", "µm")
        assert unit == wanted
        assert value == tables.number(result.words.get(summary[key], summary[key]))
        assert f'<th scope="row">{label}</th><td class="value">{value}</td><td>{unit}</td>' in page
    for key, result in results.items():
        text = as_text(result, summary[key])
        assert any(line.startswith(result.label) and line.endswith(text) for line in printed), key
    for result in CYCLE.values():
        assert result.label in page
        assert any(result.label in line for line in printed)
    assert ENDING["stop_reason"].label in " ".join(printed)


def test_the_closing_table_shows_the_same(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "150")
    case = tmp_path / "case.toml"
    case.write_text(tomli_w.dumps(data(protocol=[strip(time="2 s")])))
    _, run = run_scenario(case, tmp_path / "run")
    printed = capfd.readouterr().out
    summary, results = Run(run).summary, declared(run, "summary")
    for key, result in results.items():
        line = f"{result.label}.*{re.escape(as_text(result, summary[key]))}"
        there = result.shown and summary[key] is not None
        assert (re.search(line, printed) is not None) == there, key


def test_a_study_has_the_same_columns(tmp_path: Path) -> None:
    table = {
        "base": data(protocol=[strip(time="5 s")]) | {"geometry": COLUMN["geometry"]},
        "axes": [{"anode.x_mg": [0.0, 0.1]}],
        "keep": "table",
    }
    path = tmp_path / "study.toml"
    path.write_text(tomli_w.dumps(table))
    assert run_study(path, tmp_path / "study", 1, False, Console(quiet=True)) == 0
    columns = set(pd.read_csv(tmp_path / "study" / "results.csv").columns)
    listed = catalogue()
    wanted = {*listed["results.csv of a study"], *listed["run.json: summary"], "anode.x_mg"}
    assert columns == wanted


def test_no_code_names_a_column_that_is_not_declared() -> None:
    """Literals such as "time [s]" or "time_s" in the package are those of declarations."""
    listed = {name for place in catalogue().values() for name in place}
    units = "|".join(re.escape(unit) for unit in ("s", "um", "V", "mAh/cm^2", "A/m^2", "um^2"))
    header = re.compile(rf'"([a-z_]+ \[(?:{units})\])"')
    key = re.compile(r'"([a-z_]+_(?:mAh_cm2|V|um))"')
    unknown = {
        (path.name, name)
        for source in SOURCES
        for path in source.rglob("*.py")
        for pattern in (header, key)
        for name in pattern.findall(path.read_text(encoding="utf-8"))
        if name not in listed
    }
    assert unknown == set()


def test_every_failure_mode_has_words() -> None:
    assert set(MODES) == set(get_args(Mode))


class Reporting(Physics):
    """Reports the `results` of a test."""

    results: ClassVar[Results] = {}

    def observables(self) -> Mapping[str, Observable]:
        return {}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("areal_capacity", "a physics reports areal_capacity, which every run has itself"),
        ("failure_mode", "a physics reports failure_mode, which"),
        ("ledger_residual_max", "a physics reports ledger_residual_max, which"),
        ("magnesium_drift", "two physics report magnesium_drift"),
    ],
)
def test_a_name_is_given_once(tmp_path: Path, name: str, message: str) -> None:
    kind = type("Own", (Reporting,), {"results": {name: Result("own", "own")}})
    case = tmp_path / "case.toml"
    case.write_text(tomli_w.dumps(data()))
    with pytest.raises(ConfigurationError, match=message):
        run_scenario(case, tmp_path / "run", physics=(*PHYSICS, kind))
    assert not (tmp_path / "run").exists()


def test_what_nobody_measures_is_no_zero() -> None:
    kind = type("Own", (Reporting,), {"results": {"heat": Result("heat", "nobody measures it")}})
    plain = scenario()
    with pytest.raises(LookupError, match="heat: a physics reports it, but it is neither"):
        Simulation(plain, build_mesh(plain), physics=(*PHYSICS, kind))


def test_restarts_of_an_older_run_are_its_parts(tmp_path: Path) -> None:
    restart = {"from_step": 30, "time": "2026-01-02T03:04:05+0000", "ranks": 2}
    old = {"ranks": 2, "versions": {"lithovoid": "0.1.0"}, "restarts": [restart]}
    (tmp_path / "run.json").write_text(json.dumps(old))
    first, second = tables.segment_rows(Run(tmp_path))
    assert first == ("From the start", [])  # the ranks of its beginning were not kept
    assert second[0] == "From step 30"
    assert ("MPI ranks", "2") in second[1]
    assert ("Versions", "lithovoid 0.1.0") in second[1]


def test_an_older_run_is_read_as_it_was_meant(tmp_path: Path) -> None:
    """Expected nuclei were counted per um^2, under the name of their number."""
    (tmp_path / "series.csv").write_text("step,time [s],expected_nuclei\n1,2.0,0.003\n")
    (tmp_path / "scenario.toml").write_text('[nucleation]\nmode = "count"\n')
    last: Any = Run(tmp_path).series.iloc[-1]
    assert last["expected_nuclei_density [1/m^2]"] == pytest.approx(3e9)
    assert pd.isna(last["expected_nuclei"])
