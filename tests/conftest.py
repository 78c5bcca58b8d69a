"""Fixtures that several test files share."""

import pytest
from hypothesis import settings

from claims import pipeline

# Speed is measured in benchmarks; here other work on the machine must fail no test.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(scope="session")
def nlp():
    """The French pipeline; building it is the only slow part."""
    return pipeline.load("fr")
