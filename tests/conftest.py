"""Fixtures that several test files share."""

import pytest

from claims import pipeline


@pytest.fixture(scope="session")
def nlp():
    """The French pipeline; building it is the only slow part."""
    return pipeline.load("fr")
