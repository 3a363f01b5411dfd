"""Take pictures from reports into the gallery, small enough for a repository.

python docs/gallery/collect.py runs/single_void-1 [voids | voltage | ...]
"""

import re
import sys
from pathlib import Path

from PIL import Image

WIDTH = 1000


def collect(run: Path, name: str) -> Path:
    """Write the picture `name` of the report of `run` beside this file, and return its path."""
    case = re.sub(r"-\d+$", "", run.name)
    picture = Image.open(run / "report" / f"{name}.png").convert("RGB")
    size = (WIDTH, round(picture.height * WIDTH / picture.width))
    small = picture.resize(size, Image.Resampling.LANCZOS)
    path = Path(__file__).with_name(f"{case}.png" if name == "voids" else f"{case}_{name}.png")
    small.save(path, optimize=True)
    return path


if __name__ == "__main__":
    print(collect(Path(sys.argv[1]), *(sys.argv[2:] or ["voids"])))
