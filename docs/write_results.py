"""Write the tables of results into the page on the run directory, from their declarations.

python docs/write_results.py
"""

from pathlib import Path

from lithovoid.machine.bootstrap import start

PAGE = Path(__file__).parent / "reference" / "run_directory.md"
BEGIN, END = "<!-- from docs/write_results.py -->\n", "<!-- to here -->\n"


def with_results(page: str) -> str:
    """Return the Markdown of `page` with the tables of today between its marks."""
    from lithovoid.commands.results import as_markdown  # noqa: PLC0415 - after `start`

    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{as_markdown()}\n{END}{after}"


if __name__ == "__main__":
    start()
    PAGE.write_text(with_results(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
