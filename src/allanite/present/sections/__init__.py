"""Sections of the brief: result tables in, text, figures and tables out; one file each."""
