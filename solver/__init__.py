"""Lithovoid: when, where and why a lithium anode loses contact while it is stripped."""

from lithovoid._version import __version__

__all__ = ["__version__"]
