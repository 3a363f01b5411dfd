"""Pages of one study each: ``python -m lithovoid.postprocess.statements.NAME STUDY FOLDER``."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from lithovoid.machine.errors import ConfigurationError, ExitCode
from lithovoid.postprocess.study import StudyResults


def written(path: Path, lines: Iterable[str]) -> Path:
    """Write `lines` as the text of the page `path`; return it."""
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def page_command(write_page: Callable[[StudyResults, Path], Path]) -> None:
    """Write the page of the study directory, into the folder, that the command line names."""
    if len(sys.argv) != 3:
        sys.exit(f"usage: {Path(sys.argv[0]).stem} STUDY_DIRECTORY FOLDER")
    try:
        print(write_page(StudyResults(Path(sys.argv[1])), Path(sys.argv[2])))
    except ConfigurationError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(ExitCode.CONFIGURATION)
