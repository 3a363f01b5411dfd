"""Write the page of statements from the directories of studies."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from lithovoid.errors import ConfigurationError, ExitCode
from lithovoid.postprocess.statements.page import write_page
from lithovoid.postprocess.study import StudyResults
from lithovoid.scenario.toml_files import read_toml

app = App(name="python -m lithovoid.postprocess.statements", help=__doc__)


@app.default
def main(
    study: Path,
    /,
    *,
    rests: Annotated[Path | None, Parameter(help="Study of strip, rest, strip.")] = None,
    convergence: Annotated[Path | None, Parameter(help="Study of mesh and steps.")] = None,
    remarks: Annotated[Path | None, Parameter(help="TOML file: what to say about T1 ...")] = None,
    out: Annotated[Path, Parameter(help="Folder of the page.")] = Path(),
) -> None:
    """Test T1 to T15 on a study over composition and current, and write ``RESULTS.md``."""
    rest_study = StudyResults(rests) if rests else None
    convergence_study = StudyResults(convergence) if convergence else None
    words = {key: str(text) for key, text in read_toml(remarks).items()} if remarks else {}
    print(write_page(StudyResults(study), rest_study, convergence_study, words, out))


if __name__ == "__main__":
    try:
        app()
    except ConfigurationError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(ExitCode.CONFIGURATION)
