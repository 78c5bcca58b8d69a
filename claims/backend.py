"""The backend of the networks: what multiplies their matrices, and on how many cores."""

from contextlib import AbstractContextManager
from functools import cache
from typing import Any

from thinc.api import use_ops
from threadpoolctl import ThreadpoolController


def backend() -> AbstractContextManager[None]:
    """What is made inside multiplies by numpy, that is by OpenBLAS or Accelerate.

    thinc's own choice is blis, which took five times as long for the products of the French
    parser (60 articles, one core of an AMD EPYC).
    """
    found: AbstractContextManager[None] = use_ops("numpy", use_blis=False)
    return found


def one_core() -> AbstractContextManager[Any]:
    """Inside, OpenBLAS keeps to one core.

    The matrices of an article are small: on two cores 345 articles took 1.2 times as long as
    on one, and 2.2 times its processor time. The limit is the process's: threads that enter and
    leave it at the same time may end each other's.
    """
    found: AbstractContextManager[Any] = _controller().limit(limits=1, user_api="blas")
    return found


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()
