"""Evidence: claims, agreements, delivery."""
