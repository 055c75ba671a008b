"""Readers: figures, brief, tables, web."""
