from django.db import models


class Heartbeat(models.Model):
    """When a part of the system last showed itself alive; the health page reads it."""

    name = models.CharField(max_length=20, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.at:%Y-%m-%d %H:%M:%S}"
