"""What run.py says: plain lines, and one line when something stands in the way."""

import sys


class Refused(Exception):
    """Something stands in the way; the message says in one line what to do about it."""


def say(text=""):
    print(text, flush=True)


def warn(text):
    print(text, file=sys.stderr, flush=True)
