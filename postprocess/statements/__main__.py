"""Write the page of statements from the directories of studies."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from lithovoid.machine.errors import ConfigurationError, ExitCode
from lithovoid.postprocess.statements.page import write_page
from lithovoid.postprocess.statements.sources import Sources
from lithovoid.scenario.toml_files import read_toml

app = App(name="python -m lithovoid.postprocess.statements", help=__doc__)


@app.default
def main(
    studies: Annotated[Path, Parameter(help="Folder of study directories.")] = Path("studies"),
    /,
    *,
    remarks: Annotated[Path | None, Parameter(help="TOML file: what to say about T1 ...")] = None,
    out: Annotated[Path, Parameter(help="Folder of the page.")] = Path(),
) -> None:
    """Test T1 to T15 on the studies of this project, and write ``RESULTS.md``.

    Needed is the study interdependence, of composition and current; what else is there is used.
    """
    words = {key: str(text) for key, text in read_toml(remarks).items()} if remarks else {}
    print(write_page(Sources(studies), words, out))


if __name__ == "__main__":
    try:
        app()
    except ConfigurationError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(ExitCode.CONFIGURATION)
