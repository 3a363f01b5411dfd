"""Results of the verification: every case says what it found, against what, and within what limit.

    with Case("A circle shrinks by curvature", EXACT, source="physics of Allen-Cahn") as case:
        case.compare("slope of R^2", ours, exact, relative=0.02, unit="um^2/s")
        case.bound("worst ledger residual", worst, at_most=1e-8)
        case.figure("circle", draw, caption="R^2 against time")     # draw(axes) plots

Leaving the block fails the test if a limit was missed, and names all that were. Under
``make verify`` it also writes the case to a JSON file, from which `results_page` makes RESULTS.md:
a missed limit shows there as NOT MET, with the `note` of the case. Cases of one title share one
table, for parametrised tests. In an ordinary run of pytest nothing is written.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from matplotlib.figure import Figure

HERE = Path(__file__).parent
FIGURES = HERE / "figures"
FOLDER_VARIABLE = "LITHOVOID_VERIFICATION_RESULTS"
"""Environment variable with the folder for JSON files; unset, nothing is written."""

MANUFACTURED = "Manufactured solutions"
EXACT = "Exact solutions"
STATISTICS = "Statistics of nucleation"
CONSERVATION = "Conservation"
INVARIANCE = "Invariance"
FORMULATIONS = "Formulations"
PUBLISHED = "Published benchmarks"
SECTIONS = (
    MANUFACTURED,
    EXACT,
    STATISTICS,
    CONSERVATION,
    INVARIANCE,
    FORMULATIONS,
    PUBLISHED,
)
"""Sections of the page, in their order; others may follow."""


@dataclass(frozen=True)
class Finding:
    """One number: texts as the page shows them, and the verdict."""

    quantity: str
    reference: str
    ours: str
    error: str
    limit: str
    met: bool


@dataclass
class Case:
    """Findings under one `title`; `source` names the formula or publication, `note` explains.

    A context manager: raises AssertionError at its end if a finding is not met.
    """

    title: str
    section: str
    source: str = ""
    note: str = ""
    findings: list[Finding] = field(default_factory=list)
    figures: list[tuple[str, str]] = field(default_factory=list)
    test: str = ""
    broken_by: str = ""

    def compare(
        self,
        quantity: str,
        ours: float,
        reference: float,
        *,
        relative: float | None = None,
        absolute: float | None = None,
        unit: str = "",
    ) -> None:
        """Hold `ours` to the exact or published `reference`, within one of the two tolerances."""
        if (relative is None) == (absolute is None):
            raise ValueError("give one of relative and absolute")
        if relative is not None:
            error = float(ours) / float(reference) - 1
            shown, limit, tolerance = f"{error:+.2g}", f"{relative:g}", relative
            if relative >= 1e-4:
                shown, limit = f"{100 * error:+.2g} %", f"{100 * relative:g} %"
        else:
            assert absolute is not None
            error, tolerance = float(ours) - float(reference), absolute
            shown, limit = f"{error:+.2g}", _with_unit(absolute, unit)
        met = abs(error) <= tolerance
        numbers = _with_unit(reference, unit), _with_unit(ours, unit)
        self.findings.append(Finding(quantity, *numbers, shown, f"± {limit}", met))

    def bound(
        self,
        quantity: str,
        ours: float,
        *,
        at_most: float | None = None,
        at_least: float | None = None,
        unit: str = "",
    ) -> None:
        """Hold `ours` to a bound: a worst error, a residual, a p-value."""
        if (at_most is None) == (at_least is None):
            raise ValueError("give one of at_most and at_least")
        if at_most is not None:
            met, limit = float(ours) <= at_most, f"≤ {_with_unit(at_most, unit)}"
        else:
            assert at_least is not None
            met, limit = float(ours) >= at_least, f"≥ {_with_unit(at_least, unit)}"
        self.findings.append(Finding(quantity, "", _with_unit(ours, unit), "", limit, met))

    def figure(self, name: str, draw: Callable[[Any], None], caption: str) -> None:
        """Let `draw` plot into Matplotlib axes, saved as figures/`name`.png under make verify."""
        if FOLDER_VARIABLE not in os.environ:
            return
        picture = Figure(figsize=(4.8, 3.2), layout="constrained")
        draw(picture.add_subplot())
        FIGURES.mkdir(exist_ok=True)
        picture.savefig(FIGURES / f"{name}.png", dpi=90)
        self.figures.append((f"{name}.png", caption))

    def __enter__(self) -> Self:
        self.test = os.environ.get("PYTEST_CURRENT_TEST", "").removesuffix(" (call)")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self.broken_by = f"{kind.__name__}: {error}".splitlines()[0]
        for finding in self.findings:
            print(f"\n{self.title}: {finding}", end="")
        self._save()
        missed = [finding for finding in self.findings if not finding.met]
        if kind is None:
            assert not missed, f"{self.title}: not met: " + "; ".join(map(str, missed))

    def _save(self) -> None:
        if FOLDER_VARIABLE not in os.environ:
            return
        folder = Path(os.environ[FOLDER_VARIABLE])
        folder.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^\w.-]+", "_", f"{self.test or 'no_test'}-{self.title}")[-180:]
        (folder / f"{name}.json").write_text(json.dumps(asdict(self), indent=1))


def _with_unit(value: float, unit: str) -> str:
    return f"{float(value):.5g} {unit}".rstrip()
