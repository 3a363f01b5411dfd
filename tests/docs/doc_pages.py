"""The pages that people read, taken apart: links, headings, code between backticks, blocks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
TUTORIALS = sorted((DOCS / "tutorials").glob("*.py"))
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted(DOCS.rglob("*.md")),
]

_FENCE = re.compile(
    r"^(?:<!-- (?P<remark>[^\n]*) -->\n)?"
    r"(?P<fence>```+)(?P<kind>[^\n`]*)\n(?P<text>.*?)^(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A fenced block of `page`, with the comment that stands before it, or nothing."""

    page: Path
    line: int
    kind: str
    remark: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def markdown(page: Path) -> str:
    """Return the Markdown of `page`; that of a tutorial stands in its comments."""
    text = page.read_text(encoding="utf-8")
    if page.suffix != ".py":
        return text
    return "\n".join(line.removeprefix("#")[1:] for line in text.splitlines() if line[:1] == "#")


def blocks(*kinds: str) -> list[Block]:
    """Return the fenced blocks of `kinds` of all pages and tutorials."""
    return [
        Block(page, text.count("\n", 0, found.start()) + 1, *found.group("kind", "remark", "text"))
        for page in (*PAGES, *TUTORIALS)
        for text in (markdown(page),)
        for found in _FENCE.finditer(text)
        if found["kind"] in kinds
    ]


def prose(page: Path) -> str:
    """Return `page` without its blocks."""
    return _FENCE.sub("", markdown(page))


def code(page: Path) -> list[str]:
    """Return what stands between backticks in the prose of `page`."""
    return [" ".join(found.split()) for found in re.findall(r"`([^`]+)`", prose(page))]


def links(page: Path) -> list[str]:
    """Return the targets of links and pictures that lie in this repository."""
    found = _LINK.findall(re.sub(r"`[^`]+`", "", prose(page)))
    return [target for target in found if "://" not in target and not target.startswith("mailto:")]


def anchors(page: Path) -> set[str]:
    """Return the anchors of the headings of `page`, made as code hosts make them."""
    seen: dict[str, int] = {}
    return {_numbered(_slug(heading), seen) for heading in _HEADING.findall(prose(page))}


def toctree() -> Iterator[Path]:
    """Yield the pages that the tables of contents of the site name."""
    for block in blocks("{toctree}"):
        for line in block.text.splitlines():
            if line and not line.startswith(":"):
                base = block.page.parent / line
                yield next(
                    (path for end in (".md", ".py") if (path := Path(f"{base}{end}")).exists()),
                    base,
                ).resolve()


def _slug(heading: str) -> str:
    words = _LINK.sub("", heading) if heading.startswith("![") else heading
    return re.sub(r"[^\w\- ]", "", words.strip().lower()).replace(" ", "-")


def _numbered(slug: str, seen: dict[str, int]) -> str:
    seen[slug] = seen.get(slug, -1) + 1
    return f"{slug}-{seen[slug]}" if seen[slug] else slug
