"""What is in force on a date: controls, product rules, parties."""
