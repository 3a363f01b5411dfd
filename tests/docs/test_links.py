"""What pages point to is there: links, anchors, paths and names between backticks."""

import re
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from runpy import run_path

import pytest
from doc_pages import DOCS, PAGES, ROOT, TUTORIALS, anchors, blocks, code, links, markdown, toctree

from lithovoid.scenario.keys import walk
from lithovoid.scenario.schema import Scenario

ALL = [*PAGES, *TUTORIALS]
FOLDERS = ("docker", "docs", "meshes", "postprocess", "scenarios", "solver", "tests")
PLACEHOLDER = "NAME"
OF_RUNS_AND_USERS = {
    "scenario.toml",
    "scenario_now.toml",
    "study.toml",
    "mine.toml",
    "my_case.toml",
}
NO_MODULES = {"lithovoid.rate_laws", "lithovoid.tar", "lithovoid.sif"}
LONGEST_README = 180


@pytest.mark.parametrize("page", ALL, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in links(page):
        name, _, anchor = target.partition("#")
        path = page.parent / name if name else page
        if not path.exists() or (anchor and anchor not in anchors(path)):
            broken.append(target)
    assert broken == []


def words(page: Path) -> list[str]:
    """Return the words of commands and of code between backticks, without KEY= before them."""
    shell = [block.text for block in blocks("sh") if block.page == page]
    return [
        re.sub(r"^[\w.-]+=", "", word) for text in (*code(page), *shell) for word in text.split()
    ]


@pytest.mark.parametrize("page", ALL, ids=lambda page: str(page.relative_to(ROOT)))
def test_paths_and_files_exist(page: Path) -> None:
    wrong = []
    for word in {word.strip("\"'(),;:") for word in words(page)}:
        path = word.partition("::")[0]
        if path.partition("/")[0] in FOLDERS and "/" in path:
            exists = PLACEHOLDER in path or any(ROOT.glob(path))
        elif re.fullmatch(r"[a-z][\w-]*\.(?:toml|py|sh|md|yaml)", path):
            exists = path in OF_RUNS_AND_USERS or any(ROOT.glob(path)) or _somewhere(path)
        else:
            continue
        if not exists:
            wrong.append(word)
    assert sorted(wrong) == []


def _somewhere(name: str) -> bool:
    return any(found for folder in FOLDERS for found in (ROOT / folder).rglob(name))


@pytest.mark.parametrize("page", ALL, ids=lambda page: str(page.relative_to(ROOT)))
def test_dotted_names_can_be_imported(page: Path) -> None:
    dotted = {word for word in code(page) if re.fullmatch(r"lithovoid(\.\w+)+", word)}
    assert [name for name in sorted(dotted - NO_MODULES) if not _importable(name)] == []


def _importable(name: str) -> bool:
    """Whether `name` is a module, or something in one."""
    try:
        if find_spec(name) is not None:
            return True
    except ModuleNotFoundError:
        pass
    home, _, last = name.rpartition(".")
    return _importable(home) and hasattr(import_module(home), last)


KEYS = {key.path for key in walk()} | set(Scenario.model_fields)
KEY = re.compile(rf"\[*((?:{'|'.join(Scenario.model_fields)})(?:\.(?!pvd)[a-z_]\w*)+)(?=[\]\s=]|$)")


@pytest.mark.parametrize("page", ALL, ids=lambda page: str(page.relative_to(ROOT)))
def test_keys_of_scenarios_exist(page: Path) -> None:
    named = {found[1] for text in code(page) if (found := KEY.match(text))}
    assert sorted(named - KEYS) == []


def test_the_results_are_listed_as_they_are_declared() -> None:
    """Else run: python docs/write_results.py."""
    script = run_path(str(DOCS / "write_results.py"))
    page = script["PAGE"].read_text(encoding="utf-8")
    assert page == script["with_results"](page)


def test_every_page_is_in_the_table_of_contents() -> None:
    listed = set(toctree())
    pages = {path.resolve() for path in (*DOCS.rglob("*.md"), *TUTORIALS)}
    assert pages - listed == {(DOCS / "index.md").resolve()}
    assert [str(path) for path in listed if not path.exists()] == []


def test_every_room_has_its_page() -> None:
    rooms = {path.name for path in (ROOT / "solver" / "lithovoid").iterdir() if path.is_dir()}
    rooms -= {"materials", "scenarios", "__pycache__"}
    pages = {path.stem for path in (DOCS / "api").glob("*.md")} - {"index"}
    assert pages == rooms
    assert all(f"```{{room}} {room}\n" in markdown(DOCS / "api" / f"{room}.md") for room in rooms)


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= LONGEST_README


def test_pictures_of_the_gallery_are_small_and_shown() -> None:
    pictures = {path.name: path.stat().st_size for path in (DOCS / "gallery").glob("*.png")}
    assert set(pictures) == {
        link for link in links(DOCS / "gallery" / "index.md") if ".png" in link
    }
    assert {name: size for name, size in pictures.items() if size > 200_000} == {}
