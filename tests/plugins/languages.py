"""Every test begins in the language of the site: the last request of the one before may have been in Hindi."""

import pytest
from django.conf import settings
from django.utils import translation


@pytest.fixture(autouse=True)
def language_of_the_site():
    translation.activate(settings.LANGUAGE_CODE)
