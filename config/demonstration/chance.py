"""The one source of chance. Each name has its own stream, so that a figure never depends on what else is loaded."""

import random

SEED = "har-ghar-dastak 2021-11-11"


def stream(*names):
    """A generator that gives the same numbers for the same names, everywhere and always."""
    return random.Random("/".join((SEED, *names)))


def whole(stream, low, high):
    """A whole number from ``low`` to ``high``. Of the generator only ``random()`` never changes with Python."""
    return low + int(stream.random() * (high - low + 1))
