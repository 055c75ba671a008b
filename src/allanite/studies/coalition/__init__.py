"""What acting together is worth, who pays, and who holds which stock."""
