"""Who sits at the pages."""

import pytest


@pytest.fixture
def officer(client, state_officer):
    client.force_login(state_officer, backend="django.contrib.auth.backends.ModelBackend")
    return client
