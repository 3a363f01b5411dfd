"""The blocks of the pages do what they say: Python runs, TOML loads, commands parse."""

import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from itertools import takewhile
from pathlib import Path

import pytest
from cyclopts import CycloptsError, MissingArgumentError
from doc_pages import PAGES, ROOT, TUTORIALS, Block, blocks, code

from lithovoid.case.load import load_scenario
from lithovoid.case.material import FILLS, read_material
from lithovoid.cli import app
from lithovoid.study.expand import expand
from lithovoid.study.schema import load_study

PYTHON = {block.text: block for block in reversed(blocks("python"))}
"""Equal blocks run once."""

ENDS = ("|", "&&", ";")
"""Words of a shell that end a command."""


@pytest.mark.parametrize("block", PYTHON.values(), ids=str)
def test_python_runs(block: Block, monkeypatch: pytest.MonkeyPatch) -> None:
    program = compile(block.text, str(block), "exec")
    if block.remark:
        assert block.remark.startswith("compile only")
        return
    monkeypatch.chdir(ROOT)
    exec(program, {"__name__": "__main__"})


@pytest.mark.parametrize("block", blocks("toml"), ids=str)
def test_toml_loads(block: Block, tmp_path: Path) -> None:
    """As a file beside the scenarios of the repository, or as what its remark says."""
    for scenario in (ROOT / "scenarios").glob("*.toml"):
        shutil.copy(scenario, tmp_path)
    path = tmp_path / "studies" / "block.toml" if block.remark == "study" else tmp_path / "b.toml"
    path.parent.mkdir(exist_ok=True)
    over = re.fullmatch(r"over scenarios/([\w-]+\.toml)", block.remark or "")
    path.write_text(f'include = ["{over[1]}"]\n{block.text}' if over else block.text)
    match block.remark:
        case "study":
            assert expand(load_study(path))[0].scenario()
        case "material":
            assert read_material(path, FILLS["electrolyte"])
            load_scenario("scenarios/reduced.toml", [f"electrolyte.material={path}"])
        case "not a scenario":
            assert tomllib.loads(block.text)
        case remark:
            assert over or remark is None, f"unknown remark: {remark}"
            assert load_scenario(path)


def commands(text: str) -> Iterator[list[str]]:
    """Yield the arguments of each call of lithovoid in shell `text`, whoever starts it."""
    for line in re.sub(r"\\\n", " ", text).splitlines():
        words = list(takewhile(lambda w: w not in ENDS, shlex.split(line, comments=True)))
        calls = [k for k, word in enumerate(words) if Path(word).name == "lithovoid"]
        if calls:
            yield words[calls[-1] + 1 :]


SHELL = [(str(block), call) for block in blocks("sh", "console") for call in commands(block.text)]
INLINE = [
    (str(page.relative_to(ROOT)), call)
    for page in (*PAGES, *TUTORIALS)
    for text in code(page)
    if text.startswith("lithovoid ")
    for call in commands(text)
]


def understood(call: list[str]) -> None:
    """Raise CycloptsError unless the command line takes `call`; nothing is run."""
    app.parse_args(call, print_error=False, exit_on_error=False)


@pytest.mark.parametrize(("place", "call"), SHELL)
def test_commands_are_understood(place: str, call: list[str]) -> None:
    if call and call[0] not in ("-o", "..."):  # the name of an image or of a file, not the command
        understood(call)


@pytest.mark.parametrize(("place", "call"), INLINE)
def test_commands_in_prose_are_understood(place: str, call: list[str]) -> None:
    """They may leave out what they are about: `lithovoid check`."""
    if call[0].isupper():
        return
    with suppress(MissingArgumentError):
        understood(call)


@pytest.mark.parametrize("call", [["fly"], ["run", "CASE.toml", "--speed", "2"], ["study", "run"]])
def test_what_is_not_there_is_not_understood(call: list[str]) -> None:
    with pytest.raises(CycloptsError):
        understood(call)
