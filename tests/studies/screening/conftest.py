"""Words of the shipped release, loaded once."""

from __future__ import annotations

import pytest

from allanite import Release
from allanite.studies.screening.columns import Lexicon, load_lexicon


@pytest.fixture(scope="session")
def lexicon(release: Release) -> Lexicon:
    """Countries, materials and elements of the shipped release."""
    return load_lexicon(release)
