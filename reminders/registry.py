"""What else goes with an organization's run: a message to its channel, a digest.

Each is called in the run's transaction, once a day that has a run, with the organization and the day; it decides itself
whether this is its day, and leaves by an outbox, which sends nothing twice. `after_run` is what goes to people, and only
where reminders are sent; `to_channel` also where the run is there for the channel alone.
"""

import datetime as dt
from collections.abc import Callable

from orgs.models import Organization

Told = Callable[[Organization, dt.date], None]
after_run: list[Told] = []
to_channel: list[Told] = []
