"""Docstrings in plain text become what Sphinx shows as they were meant (where Sphinx is there)."""

import sys

import pytest
from doc_pages import DOCS

pytest.importorskip("sphinx")
sys.path.insert(0, str(DOCS / "_extensions"))

from house import as_rst, modules


def test_formulae_stay_word_for_word() -> None:
    text = "With `f` the energy of |phi|:\n\n    F = f * |grad phi|^2\n    L = `2`\n\nand so on."
    wanted = (
        "With ``f`` the energy of \\|phi\\|:",
        "::",
        "        F = f * |grad phi|^2\n        L = `2`",
        "and so on.",
    )
    assert as_rst(text).strip() == "\n\n".join(wanted)


def test_bullets_and_signs_are_kept_apart() -> None:
    assert as_rst("* a * b\n  and more\n* v_ or v_e").strip() == (
        "* a \\* b\n  and more\n\n* v\\_ or v_e"
    )


def test_sections_of_numpydoc_are_lists() -> None:
    text = as_rst("Return it.\n\nParameters\n----------\nx\n    A `value` of |x|.")
    assert ":param x: A ``value`` of \\|x\\|." in text


def test_a_room_is_shown_with_its_package_first() -> None:
    names = list(modules("equations"))
    assert names[0] == "lithovoid.equations"
    assert "lithovoid.equations.terms.kinetics" in names
    assert not [name for name in modules("postprocess") if "paraview." in name]
