"""The workshops of the demo: one that is over, with its minutes; one of next week; one to play alone."""
