"""A person changes the own e-mail address, in both languages."""

import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from tests.plugins.cast import PASSWORD

pytestmark = pytest.mark.slow


def is_fit(browser, page, name):
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert browser.accessibility_faults(page) == []
    browser.screenshot(name, page)


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("hi", 360)])
def test_an_address_is_changed_with_the_password_and_the_link(browser, block_clerk, language, width):
    block_clerk.email = "old@example.org"
    block_clerk.save()
    context, page = browser.new_page(width=width, height=740)
    browser.sign_in(block_clerk, context)
    browser.speak(language, context)
    browser.open("/account/", page)
    is_fit(browser, page, f"account-{language}")
    page.locator("a[href='/account/email/']").click()
    page.fill("[name=email]", "new@example.org")
    page.fill("[name=password]", PASSWORD)
    is_fit(browser, page, f"email-change-{language}")
    page.locator("main form button").click()
    expect(page.get_by_text("old@example.org")).to_be_visible()
    [text] = [message.body for message in mail.outbox if message.to == ["new@example.org"]]
    browser.open(re.search(r"/account/email/\S+", text)[0], page)
    is_fit(browser, page, f"email-confirm-{language}")
    page.locator("main form button").click()
    expect(page.locator(".facts").get_by_text("new@example.org")).to_be_visible()
