"""Border measures: what they move, who pays, and where demand leaks."""
