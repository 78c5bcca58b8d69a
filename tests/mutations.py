"""Damaged inputs: what every reader gives an article for, a reason, or nothing."""

import os
from random import Random

from hypothesis import HealthCheck, settings

EXAMPLES = int(os.environ.get("CLAIMS_FUZZ", "25"))
"""Examples of each reader: `CLAIMS_FUZZ=1500 pytest -k test_any_ tests` makes over 10,000."""

fuzzed = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None
)


def mutated(data: bytes, random: Random) -> bytes:
    """Data with a few bytes dropped, added, changed and repeated, and now and then cut off."""
    changed = bytearray(data)
    for _ in range(random.randint(0, 8)):
        at = random.randrange(len(changed) + 1)
        match random.randrange(4):
            case 0:
                del changed[at : at + random.randint(1, 30)]
            case 1:
                changed[at:at] = random.randbytes(random.randint(1, 5))
            case 2 if at < len(changed):
                changed[at] = random.randrange(256)
            case 3:
                changed[at:at] = changed[random.randrange(len(changed) + 1) :][:40]
    cut = random.randint(0, len(changed)) if random.random() < 0.2 else len(changed)
    return bytes(changed[:cut])
