"""Self-contained HTML pages from the templates of this folder."""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


def render(template: str, **values: Any) -> str:
    """Return the page of `template` (all extend ``page.html``); values are escaped."""
    environment = Environment(
        loader=PackageLoader("lithovoid.postprocess", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(**values)
