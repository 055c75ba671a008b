"""What was promised, what sources show about it, and sums of money."""
