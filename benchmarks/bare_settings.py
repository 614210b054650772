"""The project's settings with the bare views of ``benchmarks.bare_urls`` beside its addresses."""

from config.settings import *  # noqa: F403  (settings are read by name)

ROOT_URLCONF = "benchmarks.bare_urls"
