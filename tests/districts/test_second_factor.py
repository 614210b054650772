"""The second factor: required of national and state officers, and nothing else answers before it."""

import re
import time

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from districts.models import AuditEvent, Role
from districts.services import second_factor
from districts.services.appointing import post
from districts.services.tokens import issue
from tests.plugins.cast import PASSWORD, make_person

SET_UP, CODE = "/account/second-factor/set-up/", "/account/second-factor/code/"


@pytest.fixture(autouse=True)
def required(settings):
    settings.SECOND_FACTOR = True


def sign_in(person, **headers):
    client = Client(headers=headers)
    response = client.post("/sign-in/", {"username": person.username, "password": PASSWORD})
    assert response.status_code == 302
    return client


def app_code(person, steps=0):
    """What the app on the phone shows, now or some steps of 30 s later."""
    device = TOTPDevice.objects.get(user=person)
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = time.time() + steps * 30
    return f"{totp.token():06d}"


def codes_on(response):
    return re.findall(r'<code translate="no">([a-z0-9]{5}-[a-z0-9]{5})</code>', response.content.decode())


def set_up(person):
    client = sign_in(person)
    client.get(SET_UP)
    codes = codes_on(client.post(SET_UP, {"code": app_code(person)}))
    assert len(codes) == 10
    # The code of this half minute is used up; a real person comes back later.
    TOTPDevice.objects.filter(user=person).update(last_t=-1)
    return client, codes


def test_a_state_officer_must_set_it_up_before_anything_else_answers(state_officer):
    client = sign_in(state_officer)
    for address in ("/", "/people/", "/account/", "/admin/", "/password/change/", "/about/data/"):
        response = client.get(address)
        assert response.status_code == 302
        assert response.url.startswith(SET_UP)
    assert client.post("/people/invite/", {}).url.startswith(SET_UP)
    answer = client.get("/api/v1/campaigns/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "second_factor_required")
    page = client.get(SET_UP)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert client.post("/sign-out/").status_code == 302


@pytest.mark.parametrize("person", ["district_officer", "block_clerk", "auditor", "stranger"])
def test_others_need_none(request, person):
    client = sign_in(request.getfixturevalue(person))
    assert client.get("/account/").status_code == 200


def test_switched_off_it_is_required_of_nobody(state_officer, settings):
    settings.SECOND_FACTOR = False
    assert sign_in(state_officer).get("/people/").status_code == 200


def test_the_picture_and_the_text_hold_the_same_secret_and_nothing_the_policy_blocks(national_officer):
    page = sign_in(national_officer).get(SET_UP).content.decode()
    device = TOTPDevice.objects.get(user=national_officer)
    assert second_factor.secret_of(device) in page
    assert f"secret={second_factor.secret_of(device).replace(' ', '')}" in device.config_url
    drawing = second_factor.drawing_of(device)
    assert drawing in page
    assert "style" not in drawing


def test_after_setting_it_up_each_sign_in_asks_for_a_code(state_officer):
    state_officer.email = "officer@example.org"
    state_officer.save()
    client, _codes = set_up(state_officer)
    assert client.get("/people/").status_code == 200
    assert "A second factor was set up" in mail.outbox[0].body
    again = sign_in(state_officer)
    asked = again.get("/people/?q=x")
    assert asked.url == f"{CODE}?next=%2Fpeople%2F%3Fq%3Dx"
    assert again.get(SET_UP).url == CODE, "a second device cannot be set up with the password alone"
    assert again.post(SET_UP, {"code": app_code(state_officer)}).url == CODE
    given = again.post(CODE, {"code": app_code(state_officer), "next": "/people/?q=x"})
    assert given.url == "/people/?q=x"
    assert again.get("/people/").status_code == 200


def test_a_code_leads_to_no_other_site(state_officer):
    set_up(state_officer)
    client = sign_in(state_officer)
    response = client.post(CODE, {"code": app_code(state_officer), "next": "https://elsewhere.example/"})
    assert response.url == "/"


def test_a_code_works_once(state_officer):
    set_up(state_officer)
    code = app_code(state_officer)
    assert sign_in(state_officer).post(CODE, {"code": code}).status_code == 302
    assert sign_in(state_officer).post(CODE, {"code": code}).status_code == 422


def test_wrong_codes_make_the_next_wait_longer_and_longer_even_the_right_one(state_officer):
    set_up(state_officer)
    client = sign_in(state_officer)
    wrong = f"{(int(app_code(state_officer)) + 1) % 10**6:06d}"
    response = client.post(CODE, {"code": wrong})
    assert response.status_code == 422
    assert "The next is looked at in 1 s" in response.content.decode()
    soon = client.post(CODE, {"code": app_code(state_officer)})
    assert "This code was not looked at" in soon.content.decode()
    TOTPDevice.objects.update(throttling_failure_count=7)
    assert client.post(CODE, {"code": app_code(state_officer)}).status_code == 422
    assert 55 < second_factor.seconds_locked(state_officer) <= 64
    assert client.get("/people/").status_code == 302


def test_a_recovery_code_opens_once_and_is_kept_as_a_digest(state_officer):
    _client, codes = set_up(state_officer)
    kept = set(StaticToken.objects.values_list("token", flat=True))
    assert len(kept) == 10
    assert not kept & {code.replace("-", "") for code in codes}
    client = sign_in(state_officer)
    assert client.post(CODE, {"code": codes[3].upper()}).status_code == 302
    assert client.get("/people/").status_code == 200
    assert sign_in(state_officer).post(CODE, {"code": codes[3]}).status_code == 422
    assert AuditEvent.objects.get(action="second_factor.recovery_code").detail == {"left": 9}


def test_new_recovery_codes_replace_the_old_ones(state_officer):
    client, old = set_up(state_officer)
    address = "/account/second-factor/recovery-codes/"
    assert client.post(address).status_code == client.post(address, {"code": "nonsense"}).status_code == 422
    second_factor.StaticDevice.objects.update(throttling_failure_count=0)
    new = codes_on(client.post(address, {"code": old[1]}))
    assert len(new) == 10
    assert sign_in(state_officer).post(CODE, {"code": old[0]}).status_code == 422
    second_factor.StaticDevice.objects.update(throttling_failure_count=0)
    assert sign_in(state_officer).post(CODE, {"code": new[0]}).status_code == 302


def test_while_it_is_required_it_cannot_be_removed(state_officer):
    client, _codes = set_up(state_officer)
    assert client.post("/account/second-factor/remove/").status_code == 403
    assert TOTPDevice.objects.filter(user=state_officer, confirmed=True).exists()


def test_who_may_do_without_can_use_one_and_remove_it(district_officer):
    client, codes = set_up(district_officer)
    other = sign_in(district_officer)
    assert other.get("/account/").url.startswith(CODE)
    assert other.post("/account/second-factor/remove/").status_code == 302, "not before the code"
    assert TOTPDevice.objects.filter(user=district_officer).exists()
    assert client.post("/account/second-factor/remove/").status_code == 422, (
        "not for whoever finds the screen"
    )
    assert TOTPDevice.objects.filter(user=district_officer).exists()
    assert client.post("/account/second-factor/remove/", {"code": codes[0]}).url == "/account/"
    assert client.get("/account/").status_code == 200
    assert sign_in(district_officer).get("/account/").status_code == 200


def test_setting_it_up_ends_the_sessions_that_were_opened_with_the_password_alone(district_officer):
    before = sign_in(district_officer)
    set_up(district_officer)
    assert before.get("/account/").url.startswith("/sign-in/")


def test_a_promotion_asks_in_the_running_session(district_officer, tree):
    client = sign_in(district_officer)
    assert client.get("/people/").status_code == 200
    chief = make_person("chief", role=Role.NATIONAL_OFFICER, area=tree.india)
    post(
        by=chief,
        user=district_officer,
        role=Role.STATE_OFFICER,
        area=tree.chhattisgarh,
        starts_on=chief.postings.get().starts_on,
    )
    assert client.get("/people/").url.startswith(SET_UP)


def test_tokens_go_on_without_a_code_and_open_no_session(client, state_officer):
    set_up(state_officer)
    _token, key = issue(user=state_officer, name="portal")
    header = {"headers": {"Authorization": f"Token {key}"}}
    assert client.get("/api/v1/campaigns/", **header).status_code == 200
    waiting = sign_in(state_officer)
    assert waiting.get("/api/v1/campaigns/", **header).status_code == 200
    for scheme in ("Basic", "token", "Token"):
        answer = waiting.get("/api/v1/campaigns/", headers={"Authorization": f"{scheme} x"})
        assert answer.status_code in (401, 403)
    assert waiting.get("/people/", **header).status_code == 302


def test_an_officer_above_removes_it_for_who_lost_the_phone(state_officer, district_officer, block_clerk):
    for person in (district_officer, block_clerk):
        set_up(person)
    state, _codes = set_up(state_officer)
    running = sign_in(district_officer)
    clerk = sign_in(block_clerk)
    assert clerk.get("/").url.startswith(CODE)
    address = f"/people/{district_officer.pk}/second-factor/remove/"
    assert state.post(address).status_code == 302
    assert running.get("/account/").url.startswith("/sign-in/"), "its sessions ended"
    assert sign_in(district_officer).get("/account/").status_code == 200
    assert AuditEvent.objects.filter(action="second_factor.remove", by=state_officer).count() == 1
    # Not one's own this way, and not upwards.
    assert state.post(f"/people/{state_officer.pk}/second-factor/remove/").status_code == 403
    district = sign_in(district_officer)
    assert district.post(f"/people/{state_officer.pk}/second-factor/remove/").status_code == 404
    assert district.post(f"/people/{block_clerk.pk}/second-factor/remove/").status_code == 302


def test_the_command_lets_in_who_has_nobody_above(national_officer):
    set_up(national_officer)
    call_command("reset_second_factor", "national_officer")
    assert sign_in(national_officer).get("/people/").url.startswith(SET_UP)
    with pytest.raises(CommandError, match="has no second factor"):
        call_command("reset_second_factor", "national_officer")


def test_the_administration_does_not_open_before_the_code(state_officer):
    state_officer.is_staff = state_officer.is_superuser = True
    state_officer.save()
    assert Client().get("/admin/login/?next=/admin/").url == "/sign-in/?next=/admin/", "one door for all"
    client = sign_in(state_officer)
    assert client.get("/admin/").url.startswith(SET_UP)


def test_who_may_not_administer_is_told_so_and_not_sent_in_circles(client, district_officer):
    client.force_login(district_officer)
    assert client.get("/admin/", follow=True).status_code == 403


def test_a_part_of_a_page_sends_the_whole_page_to_the_code(state_officer):
    client = sign_in(state_officer)
    answer = client.get("/people/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (403, SET_UP)


def test_the_page_that_asks_for_the_code_does_not_load_itself_for_ever(state_officer):
    """Its head asks for the number of notices in the background."""
    client = sign_in(state_officer)
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{SET_UP}?next=/"}
    answer = client.get("/notices/count/", headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    assert "HX-Redirect" not in answer
