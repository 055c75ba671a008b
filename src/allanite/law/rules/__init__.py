"""Product rules in three-valued logic: what a rule says of a part, why, and what proof is missing."""
