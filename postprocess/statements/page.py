"""The page of statements: figures, a summary, and the numbers behind each verdict."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from matplotlib.figure import Figure

from lithovoid.postprocess.map_plot import interdependence
from lithovoid.postprocess.statements import competition, lithium, magnesium
from lithovoid.postprocess.statements.base import CURRENT, Ensemble, Statement
from lithovoid.postprocess.statements.figure import trends
from lithovoid.postprocess.study import (
    CAPACITY,
    COMPOSITION,
    INCUBATION,
    MODE,
    StudyMap,
    StudyResults,
)

_DPI = 110


def statements(e: Ensemble, rests: StudyResults | None) -> list[Statement]:
    """Return T1 to T15, tested on the ensemble and on the study of rests."""
    return [
        lithium.incubation(e),
        lithium.void_layer(e),
        lithium.capacity(e),
        lithium.aspect_ratio(e),
        magnesium.incubation(e),
        magnesium.at_equal_capacity(e),
        magnesium.largest_with_voids(e),
        magnesium.without_voids(e),
        magnesium.depletion_capacity(e),
        magnesium.surface_share(e),
        competition.crossing(e),
        magnesium.participation(e),
        competition.recovery(rests),
        magnesium.voltage_before_contact(e),
        competition.regions(e),
    ]


def write_page(
    study: StudyResults,
    rests: StudyResults | None,
    convergence: StudyResults | None,
    remarks: Mapping[str, str],
    target: Path,
) -> Path:
    """Write ``RESULTS.md`` and ``results/*.png`` into the folder `target`; return the page.

    `remarks` has what people found out about a statement, by its key ("T4"), or about
    "convergence". Raises ConfigurationError for a study that does not vary composition and current.
    """
    ensemble = Ensemble(study)
    pictures = target / "results"
    pictures.mkdir(parents=True, exist_ok=True)
    _save(interdependence(StudyMap(study, CURRENT, COMPOSITION)), pictures / "map.png")
    _save(trends(ensemble), pictures / "trends.png")
    lines = [*_head(study, rests, convergence), *_body(statements(ensemble, rests), remarks)]
    if convergence is not None:
        lines += [*_convergence(convergence), *_remark(remarks.get("convergence"))]
    page = target / "RESULTS.md"
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return page


def _save(figure: Figure, path: Path) -> None:
    figure.savefig(path, dpi=_DPI)


def _head(*studies: StudyResults | None) -> Iterator[str]:
    yield "# Lithium and lithium-magnesium anodes without pressure: results"
    yield ""
    yield (
        "What the model says with its default parameters, and whether it agrees with what "
        "experiments and the literature have found (T1 to T15). Values are medians over "
        "replicates with the same seeds at every condition, with their range. Written by "
        "`python -m lithovoid.postprocess.statements`, from (`lithovoid study run "
        "scenarios/studies/NAME.toml`)"
    )
    yield ""
    for study in studies:
        if study is not None:
            states = study.table["state"].value_counts()
            count = ", ".join(f"{number} {state}" for state, number in states.items())
            title = study.study.get("title", "")
            yield f"- `{study.directory.resolve().name}`: {title} ({count})"
    yield from ("", "![The map](results/map.png)", "", "![Trends](results/trends.png)", "")


def _body(tested: Sequence[Statement], remarks: Mapping[str, str]) -> Iterator[str]:
    yield from ("| | statement | verdict |", "|---|---|---|")
    for one in tested:
        yield f"| {one.key} | {one.text} | {one.verdict} |"
    for one in tested:
        yield from ("", f"## {one.key}: {one.verdict}", "", one.text, "")
        yield from _table(one.numbers)
        yield from (*_remark(one.remark), *_remark(remarks.get(one.key)))


def _remark(text: str | None) -> Iterator[str]:
    if text:
        yield from ("", text)


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if not rows:
        return
    columns = max(map(len, rows))
    for number, row in enumerate(rows):
        yield "| " + " | ".join([*row, *[""] * (columns - len(row))]) + " |"
        if number == 0:
            yield "|" + "---|" * columns


def _convergence(study: StudyResults) -> Iterator[str]:
    """Yield a table of the runs: what was varied, and what came out."""
    numerics = [
        c
        for c in study.finished.columns
        if c.startswith(("geometry.", "numerics.", "phase_field."))
    ]
    results = [MODE, CAPACITY, INCUBATION, "void_layer_thickness_um"]
    columns = [COMPOSITION, CURRENT, *numerics, *results, "unknowns", "steps"]
    yield from ("", "## Convergence", "", study.study.get("title", ""), "")
    table = study.finished[columns]
    rows = [[f"{v:.4g}" if isinstance(v, float) else str(v) for v in row] for row in table.values]
    yield from _table([columns, *rows])
