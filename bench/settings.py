"""Polaris's own settings plus one address, /o/<slug>/floor/: an empty answer through the same middleware."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
