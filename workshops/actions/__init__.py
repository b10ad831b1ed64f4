"""The only code that writes workshops. Commands of the room take a participant as `by`, those of planning an Actor."""
