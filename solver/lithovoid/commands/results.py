"""All results of a run, as they are declared: what `lithovoid info --results` prints.

The page docs/reference/run_directory.md holds the same (docs/write_results.py).
"""

from collections.abc import Iterator

from lithovoid.equations.all_physics import PHYSICS
from lithovoid.hooks.timing import TIMING
from lithovoid.measure.whole_run import (
    CYCLE,
    ENDING,
    EVENT,
    FRAME,
    MOMENT,
    of_each_step,
    of_summary,
)
from lithovoid.postprocess.voids import VOIDS
from lithovoid.study.directory import STUDY
from lithovoid.theory.result import Result, by_headers, by_keys
from lithovoid.voids.nuclei import NUCLEUS


def catalogue() -> dict[str, dict[str, Result]]:
    """Return the results by where they are, and by how they are called there.

    `series.csv` and `summary` are those of all physics of the package together.
    """
    of_steps = of_each_step({name: r for kind in PHYSICS for name, r in kind.results.items()})
    return {
        "series.csv": by_headers(of_steps),
        "nuclei.csv": by_headers(NUCLEUS),
        "timing.csv": by_headers(TIMING),
        "run.json": by_keys(ENDING),
        "run.json: summary": of_summary(of_steps),
        "run.json: summary: cycles": by_keys(CYCLE),
        "run.json: events": by_keys(EVENT),
        "run.json: frames": by_keys(FRAME),
        "run.json: segments, where each began": by_keys(MOMENT),
        "results.csv of a study": by_keys(STUDY),
        "voids of a frame, in the report": by_headers(VOIDS),
    }


def as_markdown() -> str:
    """Return a table of Markdown for each place."""
    return "\n\n".join("\n".join(_table(*place)) for place in catalogue().items()) + "\n"


def _table(place: str, results: dict[str, Result]) -> Iterator[str]:
    yield f"`{place}`\n"
    yield f"| {'column' if 'csv' in place else 'key'} | unit | label | definition |"
    yield "|---|---|---|---|"
    for name, result in results.items():
        words = ", ".join(f"{key}: {text}" for key, text in result.words.items())
        definition = f"{result.definition} ({words})" if words else result.definition
        yield f"| `{name}` | {result.unit} | {result.label} | {definition} |"
