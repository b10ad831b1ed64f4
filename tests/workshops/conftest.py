from collections.abc import Iterator

import pytest
import time_machine

from tests.workshops.voting import NOW


@pytest.fixture
def during_the_workshop() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield
