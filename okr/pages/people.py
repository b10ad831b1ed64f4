"""Somebody to show whose name was read along with something else, without loading a membership."""

from dataclasses import dataclass

from orgs.models import User


@dataclass(frozen=True, slots=True)
class Person:
    """As {% who %} wants one."""

    name: str
    function: str

    @classmethod
    def of(cls, name: str | None, function: str | None) -> "Person | None":
        """From columns of an outer join, which have no name where there is nobody."""
        return None if name is None else cls(name, function or "")

    @property
    def call_sign(self) -> str:
        return User(name=self.name).call_sign
