"""Start the solver's libraries in their order before any test imports DOLFINx."""

from lithovoid.bootstrap import start

start()
