"""The response to a curb: who goes short, when, and what is cheapest to do about it."""
