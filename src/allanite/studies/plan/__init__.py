"""Which projects, permits and stocks close the gap: a staged programme under uncertainty."""
