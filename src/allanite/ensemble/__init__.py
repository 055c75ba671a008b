"""Many runs: pure tasks, here, in a pool, or on Dask."""
