"""The files of a run: directory, checkpoints, fields, and what belongs to one process alone."""
