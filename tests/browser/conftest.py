import pytest

from tests.browser.devices import EXPECTED, PHONE, Phone
from tests.campaigns.conftest import campaign, days, small
from tests.reports.drive import drive

__all__ = ["campaign", "days", "drive", "small"]


@pytest.fixture
def phone_of(browser):
    """``phone_of(user)``: signed in, visited once with network. Faults that lie in having no network are none."""

    contexts = []

    def make(user, slug="small", **options):
        context, page = browser.new_page(**{**PHONE, **options})
        contexts.append(context)
        browser.sign_in(user, context)
        phone = Phone(context, page, slug)
        phone.visit(user)
        return phone

    yield make
    # First, so that no page can complain of its network after this.
    for context in contexts:
        context.close()
    browser.errors[:] = [error for error in browser.errors if not any(word in error for word in EXPECTED)]
