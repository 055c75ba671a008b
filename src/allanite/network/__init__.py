"""The supply network in its normal state, reconciled with the observations."""
