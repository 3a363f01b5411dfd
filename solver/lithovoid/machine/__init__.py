"""The machine: libraries in their order, compiled forms, signals, deadlines, exit codes."""
