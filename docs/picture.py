"""The picture of the README: one figure of a brief, as PNG.

python docs/picture.py out/us-japan/brief.html figure-chain-2 docs/images/chain.png
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright


def take_picture(page_file: Path, figure: str, target: Path) -> None:
    """Save the figure with that id, as a wide screen in daylight shows it."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1000, "height": 900}, device_scale_factor=1.5)
        page.goto(page_file.resolve().as_uri())
        page.locator(f"#{figure}").screenshot(path=str(target))
        browser.close()


if __name__ == "__main__":
    take_picture(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
