"""Product rules in three-valued logic: what a rule says of an item, why, what proof is missing."""
