"""Sphinx: the Markdown pages of this repository, each where it belongs, as one site.

The sources are the whole repository (`sphinx-build -c docs . build/docs`), so that a link from one
page to another is the same on a code host and on the site, and pages that programs write, such as
the verification page, are shown without a copy of them.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_extensions"))

from lithovoid._version import __version__
from lithovoid.machine.bootstrap import start

start()  # DOLFINx can be imported, which autodoc will do

# Tutorials run in a kernel that does not see the IPython profile of whoever builds, and is quiet.
profile = Path("build", "ipython", "profile_default").resolve()
profile.mkdir(parents=True, exist_ok=True)
(profile / "ipython_kernel_config.py").write_text("c.IPKernelApp.log_level = 'ERROR'\n")
os.environ["IPYTHONDIR"] = str(profile.parent)

project = "Lithovoid"
author = "The Lithovoid developers"
project_copyright = author
version = release = __version__

root_doc = "docs/index"
include_patterns = [
    "docs/**.md",
    "docs/tutorials/*.py",
    "scenarios/*.md",
    "tests/verification/RESULTS.md",
    "tests/verification/pfhub/reference/README.md",
    "tests/benchmarks/*.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
]
exclude_patterns = [".*", "build", "dist", "docker", "meshes", "postprocess", "runs", "solver"]

extensions = ["myst_nb", "sphinx.ext.autodoc", "house"]
suppress_warnings = ["ref.python"]  # names such as `Floats` that several modules have

myst_enable_extensions = ["dollarmath"]
myst_fence_as_directive = ["math"]
myst_heading_anchors = 4

nb_custom_formats = {".py": ["jupytext.reads", {"fmt": "py:percent"}]}
nb_execution_mode = "force"
nb_execution_timeout = 120
nb_execution_raise_on_error = True
nb_merge_streams = True

autoclass_content = "both"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints_format = "short"
autodoc_default_options = {
    "members": True,
    "exclude-members": "model_config",
    "show-inheritance": True,
}

html_theme = "furo"
html_title = f"Lithovoid {__version__}"
html_extra_path = ["_extra"]
html_copy_source = False
