"""Screening of products: bills of materials, sums, bounds of origin, questions to suppliers."""
