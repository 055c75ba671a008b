"""Back-test: the response on past controls, beside what was reported afterwards."""
