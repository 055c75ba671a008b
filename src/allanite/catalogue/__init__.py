"""Data: tidy tables, where each number comes from, whether it is valid."""
