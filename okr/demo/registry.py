"""What other rooms add to the demo, once the rows that it hangs on are there."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from okr.demo.state import Loading

additions: "list[Callable[[Loading], None]]" = []
