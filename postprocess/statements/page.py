"""The page of statements: figures, a summary, and the numbers behind each verdict."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from matplotlib.figure import Figure

from lithovoid.postprocess.axes import save
from lithovoid.postprocess.map_plot import interdependence
from lithovoid.postprocess.sensitivity import plot_indices, sobol_indices
from lithovoid.postprocess.statements import (
    competition,
    convergence,
    lithium,
    magnesium,
    numerics,
    sources,
)
from lithovoid.postprocess.statements.base import CURRENT, Ensemble, Statement
from lithovoid.postprocess.statements.figure import trends
from lithovoid.postprocess.statements.markdown import (
    frame,
    heading,
    paragraph,
    picture,
    remark,
    table,
)
from lithovoid.postprocess.statements.reduced import against_runs
from lithovoid.postprocess.statements.sources import Sources
from lithovoid.postprocess.study import COMPOSITION, StudyMap, StudyResults

Remarks = Mapping[str, str]

_DPI = 130


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


def write_page(studies: Sources, remarks: Remarks, target: Path) -> Path:
    """Write ``RESULTS.md`` and ``results/*.png`` into the folder `target`; return the page.

    `remarks` has what people found out about a statement, by its key ("T4"), or about one of the
    other sections: "map", "wide", "reduced", "anchor", "layers", "convergence", "sensitivity",
    "quick".
    """
    ensemble = Ensemble(studies.map)
    pictures = target / "results"
    pictures.mkdir(parents=True, exist_ok=True)
    sections = (
        _head(studies),
        _map(ensemble, remarks, pictures),
        _body(statements(ensemble, studies.get(sources.RESTS)), remarks),
        _wide(studies, remarks),
        _reduced(studies, remarks, pictures),
        _sensitivity(studies, remarks, pictures),
        _numerics(studies, remarks),
        _quick(studies, remarks, pictures),
    )
    lines = [line for section in sections for line in section]
    page = target / "RESULTS.md"
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return page


def _save(figure: Figure, path: Path) -> None:
    save(figure, path, dpi=_DPI)


def _head(studies: Sources) -> Iterator[str]:
    yield "# Lithium and lithium-magnesium anodes without pressure: results"
    yield ""
    yield (
        "What the model says with its default parameters, and whether it agrees with what "
        "experiments and the literature have found (T1 to T15). Values are medians over "
        "replicates with the same seeds at every condition, with their range."
    )
    yield ""
    yield "Each study is a file in `scenarios/studies`; done again, and the page written, with"
    yield from ("", "```sh", "lithovoid study run scenarios/studies/NAME.toml    # each of them")
    yield (
        "python -m lithovoid.postprocess.statements studies "
        "--remarks scenarios/results/remarks.toml --out scenarios"
    )
    yield "```"
    rows = [["study", "what it is", "runs", "computing time / min"]]
    for name, study in studies.present():
        states = study.table["state"].value_counts()
        count = ", ".join(f"{number} {state}" for state, number in states.items())
        minutes = f"{study.table['wall_time_s'].sum() / 60:.3g}"
        rows.append(
            [f"[{name}](studies/{name}.toml)", study.study.get("title", ""), count, minutes]
        )
    yield from table(rows)


def _map(e: Ensemble, remarks: Remarks, pictures: Path) -> Iterator[str]:
    yield from heading("The map")
    _save(interdependence(StudyMap(e.results, CURRENT, COMPOSITION)), pictures / "map.png")
    _save(trends(e), pictures / "trends.png")
    yield from picture("map", "Failure mode, capacities, share from voids, incubation")
    yield from paragraph(
        "Number of runs with the most frequent mode; medians, and below them the range from the "
        "10 % to the 90 % quantile over replicates. Capacity is what was delivered until the "
        "contact was down to 0.15 or the overpotential up to 0.2 V; the mode is that of the first "
        "criterion met, for which lithium below 0.1 at the contact counts, too."
    )
    yield from picture("trends", "Trends with current and composition")
    yield from paragraph("Medians, and the whole range over replicates.")
    counts = [[str(e.replicates(x, i)) for i in e.currents] for x in e.x_mg]
    if len({count for row in counts for count in row}) > 1:
        yield from paragraph("Finished runs per condition:")
        header = ["x_mg", *[f"{i:g} mA/cm2" for i in e.currents]]
        yield from table([header, *([f"{x:g}", *r] for x, r in zip(e.x_mg, counts, strict=True))])
    yield from remark(remarks, "map")


def _body(tested: Sequence[Statement], remarks: Remarks) -> Iterator[str]:
    yield from heading("Statements")
    rows = [["", "statement", "verdict"]]
    rows += [[f"[{one.key}](#{_anchor(one)})", one.text, one.verdict] for one in tested]
    yield from table(rows)
    for one in tested:
        yield from heading(_title(one))
        yield from paragraph(one.text)
        yield from table(one.numbers)
        yield from paragraph(one.remark)
        yield from remark(remarks, one.key)


def _title(one: Statement) -> str:
    return f"{one.key}: {one.verdict}"


def _anchor(one: Statement) -> str:
    """The name that GitHub gives to the heading of a statement."""
    return _title(one).lower().replace(":", "").replace(" ", "-")


def _wide(studies: Sources, remarks: Remarks) -> Iterator[str]:
    wide = studies.get(sources.WIDE)
    if wide is not None:
        yield from heading("The width of the cell")
        yield from frame(numerics.widths(studies.map, wide))
        yield from remark(remarks, "wide")


def _reduced(studies: Sources, remarks: Remarks, pictures: Path) -> Iterator[str]:
    reduced = studies.get(sources.REDUCED)
    if reduced is None:
        return
    yield from heading("The reduced model against the map")
    figure = against_runs(studies.map, reduced, studies.get(sources.UNCERTAIN))
    _save(figure, pictures / "reduced.png")
    yield from picture("reduced", "Incubation and depletion in both models")
    yield from paragraph("Capacities in mAh/cm2; a dash: most runs have none.")
    yield from frame(numerics.compared(studies.map, reduced))
    yield from remark(remarks, "reduced")


def _sensitivity(studies: Sources, remarks: Remarks, pictures: Path) -> Iterator[str]:
    study = studies.get(sources.SENSITIVITY)
    indices = sobol_indices(study) if study else []
    if indices:
        yield from heading("Which uncertain parameter decides")
        _save(plot_indices(indices), pictures / "sensitivity.png")
        yield from picture("sensitivity", "Sobol indices")
        yield from remark(remarks, "sensitivity")


def _numerics(studies: Sources, remarks: Remarks) -> Iterator[str]:
    parts = (
        (sources.ANCHOR, "anchor", "Depletion of 25 um Li0.9Mg0.1", numerics.anchor),
        (sources.LAYERS, "layers", "Depletion and the mesh", numerics.layers),
        (sources.CONVERGENCE, "convergence", "Numbers without meaning", convergence.modes),
    )
    for name, key, title, tabulate in parts:
        study = studies.get(name)
        if study is not None:
            yield from heading(title)
            yield from frame(tabulate(study))
            yield from remark(remarks, key)


def _quick(studies: Sources, remarks: Remarks, pictures: Path) -> Iterator[str]:
    study = studies.get(sources.QUICK)
    if study is not None:
        yield from heading("The quick map")
        _save(interdependence(StudyMap(study, CURRENT, COMPOSITION)), pictures / "quick.png")
        yield from picture("quick", "The map on small cells")
        yield from remark(remarks, "quick")
