"""`python -m allanite`."""

from __future__ import annotations

from allanite.cli.app import main

if __name__ == "__main__":
    main()
