"""Print the versions that this environment has of all that Lithovoid needs to run."""

import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HEADER = "# What the image installs, pinned; renewed by: make docker/requirements.txt"


def collect(requirement: Requirement, found: dict[str, str]) -> None:
    """Add the version of `requirement`, and of all that it needs here, to `found`."""
    name = canonicalize_name(requirement.name)
    if name in found and not requirement.extras:
        return
    try:
        installed = distribution(requirement.name)
    except PackageNotFoundError:
        sys.exit(f"error: {requirement.name} is not installed: make env")
    found[name] = installed.version
    for needed in map(Requirement, installed.requires or []):
        extras = {"", *requirement.extras}
        if needed.marker is None or any(needed.marker.evaluate({"extra": e}) for e in extras):
            collect(needed, found)


def main() -> None:
    """Print the lines of a requirements file."""
    text = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    found: dict[str, str] = {}
    for line in (*project["dependencies"], *project["optional-dependencies"]["wheel"]):
        collect(Requirement(line), found)
    print(HEADER, *(f"{name}=={found[name]}" for name in sorted(found)), sep="\n")


if __name__ == "__main__":
    main()
