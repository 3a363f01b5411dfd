from pathlib import Path

import lithovoid.scenarios
from lithovoid.case.reference import reference
from lithovoid.scenario.keys import walk

PAGE = Path(next(iter(lithovoid.scenarios.__path__))) / "REFERENCE.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(), (
        "run: python -m lithovoid.case.reference scenarios/REFERENCE.md"
    )


def test_every_key_is_on_the_page() -> None:
    page = reference()
    for key in walk():
        assert f"| `{key.path.split('.')[-1]}` |" in page
