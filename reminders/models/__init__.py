from reminders.models.reminder import Reminder, Round
from reminders.models.schedule import Replan, Schedule

__all__ = ["Reminder", "Replan", "Round", "Schedule"]
