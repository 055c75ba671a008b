"""What happens to the network: cases, controls as effects, shocks, instruments."""
