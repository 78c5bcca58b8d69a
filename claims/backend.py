"""The backend of the networks: what multiplies their matrices."""

from contextlib import AbstractContextManager

from thinc.api import use_ops


def backend() -> AbstractContextManager[None]:
    """What is made inside multiplies by numpy, that is by OpenBLAS or Accelerate.

    thinc's own choice is blis, on one core; `benchmarks/README.md` has the ratio.
    """
    found: AbstractContextManager[None] = use_ops("numpy", use_blis=False)
    return found
