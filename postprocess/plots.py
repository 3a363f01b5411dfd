"""Figures of a run's series: what happened, where the lithium came from, how the solver fared.

All functions return a Matplotlib figure that is drawn without a display. Current density is
positive while stripping, so the areal capacity grows while lithium is stripped.
"""

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from lithovoid.postprocess.axes import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    SKY,
    VERMILLION,
    Abscissa,
    abscissa,
    by_capacity,
    by_time,
    legend_above,
    mark_events,
    new_figure,
    only_strips,
    styled,
)
from lithovoid.postprocess.run import CAPACITY, TIME, Run

_WIDTH = 6.4  # inches, one text column


@styled
def voltage_and_contact(run: Run) -> Figure:
    """Cell voltage, overpotential, contact and lithium at the interface.

    Drawn against the areal capacity; with rests or plating, against time as well.
    """
    views = [by_capacity(run.series)]
    if not only_strips(run.series):
        views.append(by_time(run.series))
    figure, axes = new_figure(2, len(views), (_WIDTH * (1 + 0.55 * (len(views) - 1)), 4.4))
    for column, x in enumerate(views):
        top, bottom = axes[column], axes[column + len(views)]
        _voltage(top, run, x)
        _interface(bottom, run, x)
        bottom.set_xlabel(x.label)
    legend_above(axes[0])
    legend_above(axes[len(views)])
    axes[0].set_ylabel("voltage / mV")
    axes[len(views)].set_ylabel("fraction")
    return figure


def _voltage(axes: Axes, run: Run, x: Abscissa) -> None:
    mark_events(axes, run, x, label=True)
    axes.plot(x.values, 1e3 * run.series["cell_voltage [V]"], color=BLUE, label="cell voltage")
    axes.plot(
        x.values,
        1e3 * run.series["overpotential [V]"],
        color=VERMILLION,
        ls=(0, (5, 2)),
        label="overpotential (above the intact cell)",
    )


def _interface(axes: Axes, run: Run, x: Abscissa) -> None:
    mark_events(axes, run, x)
    limits = run.scenario.get("failure", {})
    curves = (
        ("contact_fraction", BLUE, "-", "contact fraction"),
        ("lithium_at_interface", ORANGE, (0, (5, 2)), "lithium at the contact, 1 at the start"),
    )
    for name, colour, line, label in curves:
        axes.plot(x.values, run.series[name], color=colour, ls=line, label=label)
        if name in limits:
            axes.axhline(limits[name], color=colour, lw=0.9, ls=":", zorder=0)
    axes.set_ylim(0, 1.04)


@styled
def capacity_split(run: Run) -> Figure:
    """Capacity taken from void volume and from the remaining lattice, stacked, and their share."""
    series, x = run.series, abscissa(run.series)
    surface = series["capacity_surface [mAh/cm^2]"].to_numpy(float)
    total = series[CAPACITY].to_numpy(float)
    figure, (top, bottom) = new_figure(2, 1, (_WIDTH, 4.6))
    top.fill_between(x.values, 0, surface, color=SKY, lw=0, label="surface: lithium of the voids")
    top.fill_between(
        x.values,
        surface,
        total,
        facecolor=ORANGE,
        edgecolor="white",
        linewidth=0,
        hatch="///",
        label="bulk: lithium of the remaining lattice",
    )
    top.plot(x.values, total, color="black", lw=1.2, label="total")
    top.set_ylabel("capacity / mAh cm$^{-2}$")
    legend_above(top)
    bottom.plot(x.values, _share(surface, total), color=BLUE)
    bottom.set_ylabel("surface share")
    bottom.set_ylim(-0.02, 1.04)
    for axes in (top, bottom):
        mark_events(axes, run, x, label=axes is bottom)
    bottom.set_xlabel(x.label)
    return figure


def _share(
    part: npt.NDArray[np.float64], total: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Share of `part` in `total`; nan where the two parts differ in sign, as plating may leave."""
    meaningful = (total > 0) & (part >= 0) & (part <= total)
    return np.divide(part, total, out=np.full_like(total, np.nan), where=meaningful)


@styled
def nucleation(run: Run) -> Figure:
    """Nuclei and living voids over the run, and where along the interface the nuclei appeared."""
    series, x = run.series, abscissa(run.series)
    figure, (top, bottom) = new_figure(2, 1, (_WIDTH, 4.4))
    top.step(x.values, series["void_count"], where="post", color=BLUE, label="living voids")
    top.plot(
        x.values, series["expected_nuclei"], color=GREY, lw=1.0, ls=":", label="nuclei expected"
    )
    if not run.nuclei.empty:
        _cumulative(top, run, x)
        _positions(bottom, run, x)
    else:
        bottom.text(0.5, 0.5, "no void nucleated", transform=bottom.transAxes, ha="center")
    top.set_ylabel("number")
    top.set_ylim(bottom=0)
    top.yaxis.set_major_locator(MaxNLocator(integer=True))
    legend_above(top)
    bottom.set_ylabel("position x / µm")
    if run.width is not None:
        bottom.set_ylim(0, run.width)
    bottom.set_xlabel(x.label)
    for axes in (top, bottom):
        mark_events(axes, run, x, label=axes is top)
    return figure


def _cumulative(axes: Axes, run: Run, x: Abscissa) -> None:
    rows = run.nuclei[run.nuclei["status"] == "accepted"]
    opened = rows["opened [s]"] if "opened [s]" in rows else rows[TIME]
    accepted = np.sort(opened.to_numpy(float))
    times = np.concatenate([[0.0], accepted, [x.time[-1]]])
    counts = np.concatenate([np.arange(len(accepted) + 1), [len(accepted)]])
    axes.step(
        x.at(times),
        counts,
        where="post",
        color=VERMILLION,
        ls=(0, (5, 2)),
        label="voids opened",
    )


def _positions(axes: Axes, run: Run, x: Abscissa) -> None:
    markers = {
        "accepted": ("o", BLUE, "opened a void"),
        "absorbed": ("x", GREY, "absorbed by another"),
        "waiting": ("+", ORANGE, "still waiting"),
    }
    for status, rows in run.nuclei.groupby("status", sort=False):
        marker, colour, label = markers.get(str(status), ("x", GREY, str(status)))
        axes.scatter(
            x.at(rows[TIME]), rows["x [um]"], marker=marker, color=colour, s=26, label=label
        )
    legend_above(axes)


@styled
def numerical_health(run: Run) -> Figure:
    """Time step, Newton iterations and the residual of the lithium ledger."""
    series, x = run.series, abscissa(run.series)
    figure, (step, newton, ledger) = new_figure(3, 1, (_WIDTH, 5.4))
    step.semilogy(x.values, series["dt [s]"], color=BLUE, lw=1.0)
    step.set_ylabel("time step / s")
    newton.plot(x.values, series["newton_iterations"], ".", ms=3.5, color=BLUE)
    newton.set_ylabel("Newton iterations")
    newton.set_ylim(bottom=0)
    newton.yaxis.set_major_locator(MaxNLocator(integer=True))
    residual = series["ledger_residual"].abs()
    residual = residual.where(residual > 0)  # an exact balance has no place on a log axis
    ledger.semilogy(x.values, residual, ".", ms=3.5, color=GREEN, label="residual")
    limit = run.scenario.get("numerics", {}).get("ledger_limit")
    if limit is not None:
        ledger.axhline(limit, color=VERMILLION, lw=0.9, ls=":", label="limit")
    ledger.set_ylabel("ledger residual")
    legend_above(ledger)
    ledger.set_xlabel(x.label)
    for axes in (step, newton, ledger):
        mark_events(axes, run, x, label=axes is step)
    return figure
