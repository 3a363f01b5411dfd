"""Text files of people: one way to read them all, whatever editor or spreadsheet wrote them."""

import codecs
from pathlib import Path

from lithovoid.machine.errors import ConfigurationError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks, and the encodings that they tell."""


def read_text(path: Path) -> str:
    r"""Return the text of the file `path`, its lines ended by ``\n``.

    UTF-8, with or without a byte order mark, or UTF-16 and UTF-32 with one. Raises
    ConfigurationError, with the place of the first byte that is no text, where it cannot be read.
    """
    try:
        content = path.read_bytes()
    except IsADirectoryError:
        raise ConfigurationError(f"{path} is a directory; give a file") from None
    except FileNotFoundError:
        raise ConfigurationError(f"{path}: no such file") from None
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from None
    mark, encoding = next((m for m in _MARKS if content.startswith(m[0])), (b"", "utf-8"))
    try:
        text = content[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        place = len(mark) + error.start
        name = encoding.removesuffix("-le").removesuffix("-be").upper()
        raise ConfigurationError(
            f"{path}: not {name} text (byte {place} is 0x{content[place]:02x}); save it as UTF-8"
        ) from None
    if "\0" in text:
        raise ConfigurationError(
            f"{path}: no text, or UTF-16 without a byte order mark (byte "
            f"{content.index(0, len(mark))} is zero); save it as UTF-8"
        )
    return text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
