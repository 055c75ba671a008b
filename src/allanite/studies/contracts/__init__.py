"""Contracts seen by both sides: what a venture earns, owes and is worth under simulated prices."""
