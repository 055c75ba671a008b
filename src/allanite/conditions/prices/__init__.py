"""Prices of rare-earth oxides: quotes, the process behind them, its calibration, paths."""
