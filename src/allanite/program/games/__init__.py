"""Games in which players share what they win together; they know no minerals."""
