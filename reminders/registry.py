"""What else goes with an organization's run: a message to its channel registers here.

Each is called in the run's transaction, once a day that has a run, with the organization and the day; it decides itself
whether this is its day, and leaves by an outbox.
"""

import datetime as dt
from collections.abc import Callable

from orgs.models import Organization

after_run: list[Callable[[Organization, dt.date], None]] = []
