"""Claims checked against the data: queries answered, verdicts, and what would turn them."""
