"""A kind of live session for tests and the benchmark of the hub alone: what a tribe says its mission is, seen by many.

`tests.probe.settings` are Polaris's own plus this app; each drawing is noted in var/draws.log.
"""
