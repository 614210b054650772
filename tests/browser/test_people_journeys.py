"""People, sessions and the second factor in a real browser, at the desk and on a phone, in both languages."""

import time

import pytest
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from districts.models import Posting
from tests.plugins.cast import PASSWORD

PAGES = ("/people/", "/people/invite/", "/account/", "/account/tokens/", "/account/tokens/new/", "/audit/")


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(("width", "language"), [(1280, "en-in"), (360, "hi")])
def test_the_pages_fit_and_have_no_accessibility_fault(
    browser, district_officer, block_clerk, width, language
):
    context, page = browser.new_page(width=width, height=780)
    browser.sign_in(district_officer, context)
    browser.speak(language, context)
    addresses = [
        *PAGES,
        f"/people/{block_clerk.pk}/",
        f"/people/postings/{block_clerk.postings.get().pk}/end/",
    ]
    for address in addresses:
        browser.open(address, page)
        assert fits(page), address
        assert browser.accessibility_faults(page) == [], address


def test_an_officer_invites_a_clerk_and_ends_the_posting(browser, district_officer, tree):
    browser.sign_in(district_officer)
    page = browser.open("/people/invite/")
    page.get_by_label("First name").fill("Kavita")
    page.get_by_label("E-mail").fill("kavita@example.org")
    page.get_by_label("Role").select_option("block_clerk")
    page.get_by_label("Area").fill("arang")
    page.get_by_role("button", name="Invite").click()
    page.get_by_text("A mail is on its way to kavita@example.org").wait_for()
    page.get_by_role("link", name="End Block clerk, Arang").click()
    page.get_by_role("button", name="End the posting now").click()
    page.get_by_text("The posting of Kavita as Block clerk in Arang has ended.").wait_for()
    assert not Posting.objects.in_force().filter(area=tree.arang).exists()


def test_a_state_officer_sets_up_the_second_factor_and_signs_in_with_it(browser, state_officer, settings):
    settings.SECOND_FACTOR = True
    page = browser.open("/people/")
    page.get_by_label("Username").fill("state_officer")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("img", name="QR code").wait_for()
    assert browser.accessibility_faults() == []
    device = TOTPDevice.objects.get(user=state_officer)
    secret = TOTP(device.bin_key, device.step, device.t0, device.digits)
    secret.time = time.time()
    page.get_by_role("textbox", name="Code").fill(f"{secret.token():06d}")
    page.get_by_role("button", name="Set it up").click()
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_role("heading", name="People").wait_for()
    page.get_by_role("button", name="Sign out").click()
    browser.open("/sign-in/")
    page.get_by_label("Username").fill("state_officer")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("textbox", name="Code").fill(codes[0])
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("heading", name="Campaigns").wait_for()
