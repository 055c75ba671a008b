"""Mathematics: programmes and solvers; knows no minerals."""
