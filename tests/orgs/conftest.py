from collections.abc import Iterator

import pytest

from orgs import tenancy
from tests import factories


@pytest.fixture
def here(world: factories.World) -> Iterator[None]:
    """Inside the world's tenancy."""
    with tenancy.tenant(world.org.pk):
        yield
