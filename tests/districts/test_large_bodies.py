"""What is larger than any page takes is refused before it is read, whoever sends it."""

import pytest
from django.test import Client

from districts.middleware import MOST_BYTES


class Unread:
    """A body that fails the test when somebody reads it."""

    def read(self, *args):
        raise AssertionError("the body was read")

    readline = read


def send(client, address, size):
    return client.generic(
        "POST",
        address,
        CONTENT_LENGTH=str(size),
        CONTENT_TYPE="multipart/form-data; boundary=x",
        **{"wsgi.input": Unread()},
    )


@pytest.mark.parametrize("address", ["/sign-in/", "/password/reset/", "/people/invite/", "/language/"])
def test_a_body_larger_than_any_form_is_refused_unread(db, address):
    # With a token cookie, as everybody gets one from the sign-in page.
    client = Client(enforce_csrf_checks=True)
    client.get("/sign-in/")
    answer = send(client, address, MOST_BYTES + 1)
    assert answer.status_code == 413
    assert "6 MB" in answer.content.decode()


def test_the_page_of_maps_takes_more_and_has_its_end_too(db):
    client = Client(enforce_csrf_checks=True)
    assert send(client, "/boundaries/", 10**9).status_code == 413
    assert client.post("/boundaries/", {"source": "x" * MOST_BYTES}).status_code == 403, (
        "no token, and not too large"
    )


@pytest.mark.parametrize("size", ["-1", "many", "9" * 5000])
def test_a_length_that_is_none_is_refused(db, size):
    client = Client()
    assert send(client, "/sign-in/", size).status_code == 413
