"""One version, told by all files alike; metadata that tools can read."""

import re
import tomllib

from doc_pages import ROOT

from lithovoid import __version__

RELEASE = re.compile(r"^## \[(.+?)\]", re.MULTILINE)
CITATION_KEYS = {"cff-version", "message", "type", "title", "version", "abstract", "authors"}
CITATION_KEYS |= {"keywords", "license"}


def citation() -> dict[str, str]:
    """Return the keys of CITATION.cff at the left margin, with what stands beside them."""
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z-]+): *(.*)$", text, re.MULTILINE))


def test_the_citation_has_the_version_and_the_form_of_cff() -> None:
    keys = citation()
    assert keys["version"] == __version__
    assert keys["cff-version"] == "1.2.0"
    assert set(keys) == CITATION_KEYS


def test_the_changelog_leads_to_the_version() -> None:
    releases = RELEASE.findall((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert releases[:2] == ["Unreleased", __version__]


def test_the_license_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["license"] == citation()["license"] == "BSD-3-Clause"
    assert all((ROOT / name).is_file() for name in project["license-files"])
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("BSD 3-Clause License")


def test_the_commit_hook_runs_what_the_makefile_lints() -> None:
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert re.findall(r"entry: (.+)", hooks) == ["make lint"]
