"""``python -m lithovoid``: the command, with the interpreter that runs it."""

from lithovoid.cli import main

main()
