"""Contracts between payers and producers: their instruments, terms, payments and financing."""
