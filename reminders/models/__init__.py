from reminders.models.reminder import Reminder, Round
from reminders.models.schedule import Schedule

__all__ = ["Reminder", "Round", "Schedule"]
