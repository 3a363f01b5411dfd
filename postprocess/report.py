"""The report of a run: pictures as files, and one HTML page that needs nothing else."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from lithovoid.io.directory import IN_FORCE
from lithovoid.measure.whole_run import CYCLE
from lithovoid.postprocess import plots, tables
from lithovoid.postprocess.axes import save
from lithovoid.postprocess.page import render
from lithovoid.postprocess.render import Gallery
from lithovoid.postprocess.run import Run
from lithovoid.postprocess.voids import VOIDS, void_statistics
from lithovoid.voids.nuclei import NUCLEUS

_DPI = 200
_DATA_FILES = (
    *("scenario.toml", IN_FORCE, "run.json", "series.csv", "nuclei.csv", "log.txt", "fields"),
)

_SHEET = (
    "The layer of the anode (coloured) next to the electrolyte (grey). White: voids, outlined at "
    "φ = 0.5. Colour of the metal: vacancy fraction; the lighter, the less lithium is left. The "
    "strip along the interface: current density, positive while stripping; it leaves what is "
    "covered by voids and crowds into the remaining contact. All panels share colours and scale."
)
_STATE = "{}: the whole cell, and beside or below it the layer with the voids. Colours as above."
_VOLTAGE = (
    "Cell voltage and overpotential (above); contact fraction and lithium at the remaining contact "
    "(below). Falling contact with lithium still there means loss of contact; falling lithium at "
    "full contact means depletion. Dotted: the values that count as failure."
)
_SPLIT = (
    "Where the stripped lithium came from: from the volume that is now void (surface) or from the "
    "lattice of the remaining metal (bulk). Below: the share of the voids."
)
_NUCLEI = (
    "Living voids, nuclei that opened a void so far, and the number that the nucleation rate lets "
    "expect (above); where along the interface all nuclei that were due appeared (below). Fewer "
    "voids than nuclei: voids have merged or closed."
)
_HEALTH = (
    "Is the result numerically sound? Length of the accepted time steps, Newton iterations per "
    "step, and the residual of the lithium ledger (charge passed against lithium missing)."
)


@dataclass(frozen=True)
class Picture:
    """One figure of the report; `data` is its PNG in base64."""

    name: str
    caption: str
    data: str


@dataclass(frozen=True)
class Fields:
    """What the report shows of the fields, or why it shows nothing."""

    pictures: list[Picture]
    voids: pd.DataFrame | None
    note: str | None


def write_report(directory: Path) -> Path:
    """Write ``report/`` into the run directory and return the path of its ``index.html``.

    Only ``report/`` is touched; the pictures of an earlier report are replaced.

    Raises
    ------
    ConfigurationError
        If `directory` is no run directory.
    """
    run = Run(directory)
    target = run.directory / "report"
    target.mkdir(exist_ok=True)
    for old in target.glob("*.png"):
        old.unlink()
    fields = _fields(run, target)
    series = _series_pictures(run, target)
    page = target / "index.html"
    page.write_text(_page(run, fields, series), encoding="utf-8")
    return page


def _fields(run: Run, target: Path) -> Fields:
    """Draw the field frames and measure the voids of the last one."""
    if run.missing_fields:
        return Fields([], None, run.missing_fields)
    gallery = Gallery(run)
    pictures = [_save(target, "voids", _SHEET, gallery.contact_sheet)]
    for number, moment in enumerate(gallery.moments):
        caption = _STATE.format(moment.name.capitalize())
        draw = partial(gallery.picture, number)
        pictures.append(_save(target, f"state_{number + 1}", caption, draw))
    last = gallery.states[-1]
    return Fields(pictures, void_statistics(last.anode, last.interface).table, None)


def _series_pictures(run: Run, target: Path) -> list[Picture]:
    if run.series.empty:
        return []
    figures = (
        ("voltage", _VOLTAGE, plots.voltage_and_contact),
        ("capacity", _SPLIT, plots.capacity_split),
        ("nucleation", _NUCLEI, plots.nucleation),
        ("numerics", _HEALTH, plots.numerical_health),
    )
    return [_save(target, name, caption, partial(draw, run)) for name, caption, draw in figures]


def _save(target: Path, name: str, caption: str, draw: Callable[[], Figure]) -> Picture:
    path = target / f"{name}.png"
    save(draw(), path, dpi=_DPI, bbox_inches="tight", pad_inches=0.08)
    return Picture(name, caption, base64.b64encode(path.read_bytes()).decode("ascii"))


def _page(run: Run, fields: Fields, series: list[Picture]) -> str:
    title = run.info.get("title") or run.scenario.get("title") or run.directory.resolve().name
    strips = tables.strip_table(run)
    return render(
        "report.html",
        title=title,
        run_name=run.directory.resolve().name,
        status=run.info.get("status", "unknown"),
        reason=run.info.get("stop_reason"),
        summary=tables.summary_rows(run),
        validity=run.info.get("validity") or [],
        fields=fields,
        series=series,
        voids=tables.cells(fields.voids, VOIDS) if fields.voids is not None else None,
        strips=None if strips is None else tables.cells(strips, CYCLE),
        nuclei=tables.cells(tables.nucleus_table(run), NUCLEUS) if not run.nuclei.empty else None,
        provenance=tables.provenance_rows(run),
        segments=tables.segment_rows(run),
        changed=_text(run.directory / IN_FORCE),
        scenario=_text(run.directory / "scenario.toml"),
        files=[name for name in _DATA_FILES if (run.directory / name).exists()],
    )


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
