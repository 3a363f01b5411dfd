"""Start the solver's libraries in their order before any test imports DOLFINx."""

import signal

from lithovoid.machine.bootstrap import start

start()
# A shell that runs tests in the background ignores Ctrl-C, and so would the runs that tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)
