"""Slow files first: two processes that share the files then end at about the same time."""

import pytest


# After the hooks that leave tests out.
@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
