"""The project's commands. What runs before the environment exists uses the standard library only."""
