"""Decimal arithmetic in a context of our own, whatever the precision of the calling thread."""

from collections.abc import Callable
from decimal import Context, Decimal, localcontext
from functools import wraps
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")

ZERO = Decimal(0)
ONE = Decimal(1)

# 34 digits (IEEE decimal128): stored figures have at most 18, so that only divisions and roots ever round.
_PRECISE = Context(prec=34)


def precise(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Run the function with 34 significant digits."""

    @wraps(function)
    def inside(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        with localcontext(_PRECISE):
            return function(*args, **kwargs)

    return inside
