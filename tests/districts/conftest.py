import pytest
from django.db import transaction

from districts import shipped


@pytest.fixture(scope="module")
def shipped_tree(django_db_setup, django_db_blocker):
    """The shipped areas, loaded once for a module and taken back after it: a second for each test adds up."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield shipped.load()
        transaction.set_rollback(True)


@pytest.fixture
def reference(shipped_tree, db):
    """India's states, districts and blocks. What a test changes is undone after it.

    Not in one module with ``tree``: both hold Chhattisgarh.
    """
    return shipped_tree


@pytest.fixture
def ask(client):
    """ask(person).get(…): the same browser, signed in as that person."""

    def ask(person):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return ask
