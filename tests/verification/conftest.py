"""Puts `results` and the shared cells of this folder within reach of the folders below."""
