"""What keepers are told, and the nightly check of the kept balances."""

import datetime
import logging

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone, translation

from config.celery import app
from districts import notices
from districts.models import Notice, Role
from districts.notice_mail import mail_everybody
from inventory.giving import give
from inventory.models import LocationKind, StockCheck, StockLevel, StockPosition, Vaccine
from inventory.selectors.alerts import AlertKind
from inventory.selectors.balances import held_under
from inventory.services.alerts import tell_alerts
from inventory.tasks import tell_stock_alerts, verify_stock_balances
from tests.inventory.depot import depot
from tests.plugins.cast import make_person

__all__ = ["depot"]


@pytest.fixture
def keeper(tree):
    return make_person("keeper", role=Role.STOCK_KEEPER, area=tree.raipur)


def told(user):
    return {one.kind: one for one in Notice.objects.filter(user=user)}


def test_a_keeper_hears_of_what_expires_and_will_not_be_used(depot, keeper):
    tell_stock_alerts()
    raipur = told(keeper)
    # Counted by hand: of 2,900 that came, 700 were given and 50 lost.
    assert raipur[AlertKind.EXPIRING].params["parts"] == {"within_30": 2150}
    # 700 in 28 days are 25 a day; 21 days are left with today.
    assert raipur[AlertKind.AT_RISK].params["doses"] == 2150 - 25 * 21
    assert raipur[AlertKind.EXPIRING].path == reverse("stock-area", args=["D387"])
    assert AlertKind.IN_TRANSIT not in raipur  # it is on the way to Bastar


def test_the_doses_told_of_a_state_are_those_of_its_stores(depot, state_officer):
    tell_alerts()
    by_hand = sum(
        one.doses
        for one in held_under(depot.tree.chhattisgarh, last=timezone.localdate())
        if one.batch_id == depot.soon.pk
    )
    state = told(state_officer)
    assert state[AlertKind.EXPIRING].params["parts"] == {"within_30": by_hand}
    assert state[AlertKind.EXPIRING].params["places"] == 2
    assert state[AlertKind.IN_TRANSIT].params["doses"] == 1000


def test_the_same_is_not_told_again_the_next_day_and_new_things_are(depot, keeper, state_officer):
    tell_alerts()
    first = Notice.objects.count()
    assert tell_alerts() == 0
    StockLevel.objects.create(location=depot.raipur, vaccine=depot.vaccine, minimum=9000, maximum=20000)
    tell_alerts()
    low = Notice.objects.get(user=keeper, kind=AlertKind.BELOW_MINIMUM)
    assert low.params["doses"] == 9000 - 2150
    # The state hears of the new kind as well, of the others once a week.
    assert Notice.objects.count() == first + Notice.objects.filter(kind=AlertKind.BELOW_MINIMUM).count()
    tell_alerts(today=timezone.localdate() + datetime.timedelta(7))
    weekly = Notice.objects.filter(user=state_officer, kind=AlertKind.AT_RISK)
    assert weekly.count() == 2


def test_more_given_than_supplied_is_told(depot, keeper, tree):
    give(area=tree.raipur, vaccine=depot.vaccine, doses=5000, happened_on=timezone.localdate(), by=None)
    tell_alerts()
    residual = told(keeper)[AlertKind.RESIDUAL]
    # 40 came short on arrival; 5,000 − 2,150 were given without stock.
    assert residual.params["parts"] == {"covishield": 5000 - 2150 - 40}


def test_what_is_told_reaches_the_keeper_in_the_evenings_mail(depot, keeper, mailoutbox):
    keeper.email = "keeper@example.org"
    keeper.save()
    tell_alerts()
    mail_everybody()
    [mail] = [one for one in mailoutbox if one.to == [keeper.email]]
    assert "Raipur: Stock that expires within 90 days – within 30 days: 2,150 doses; in 1 store." in mail.body
    assert "/stock/D387/" in mail.body


def test_who_keeps_no_stock_hears_nothing(depot, auditor, block_clerk, stranger, other_state_officer):
    tell_alerts()
    assert not Notice.objects.filter(user__in=[auditor, block_clerk, stranger, other_state_officer]).exists()


@pytest.mark.parametrize("language", ["en-in", "hi"])
def test_every_kind_is_worded_in_the_language_of_the_reader(depot, keeper, state_officer, language, tree):
    StockLevel.objects.create(location=depot.raipur, vaccine=depot.vaccine, minimum=9000, maximum=20000)
    unknown = Vaccine.objects.create(code="covaxin", name_en="Covaxin", antigen="COVID-19")
    give(area=tree.bastar, vaccine=unknown, doses=10, happened_on=timezone.localdate(), by=None)
    tell_alerts()
    with translation.override(language):
        words = {one.kind: notices.worded(one) for one in Notice.objects.filter(user=state_officer)}
        assert words.keys() == set(AlertKind.values)
        name = "छत्तीसगढ़" if language == "hi" else "Chhattisgarh"
        assert all(text.startswith(f"{name}: ") for text in words.values()), words


@pytest.fixture
def named_in_both(depot):
    """Raipur runs low on Covishield and has given Covaxin that nobody supplied; both have a name in Hindi."""
    Vaccine.objects.filter(pk=depot.vaccine.pk).update(name_hi="कोविशील्ड")
    covaxin = Vaccine.objects.create(code="covaxin", name_en="Covaxin", name_hi="कोवैक्सिन", antigen="COVID-19")
    StockLevel.objects.create(location=depot.raipur, vaccine=depot.vaccine, minimum=9000, maximum=20000)
    give(area=depot.tree.raipur, vaccine=covaxin, doses=10, happened_on=timezone.localdate(), by=None)


NAMES = {"en-in": ("Covishield", "Covaxin"), "hi": ("कोविशील्ड", "कोवैक्सिन")}


@pytest.mark.parametrize("language", NAMES)
def test_the_vaccines_of_a_notice_are_named_in_the_language_of_the_reader(
    named_in_both, keeper, language, client
):
    tell_alerts()
    client.force_login(keeper, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    listed = client.get("/notices/").content.decode()
    with translation.override(language):
        words = {one.kind: notices.worded(one) for one in Notice.objects.filter(user=keeper)}
    covishield, covaxin = NAMES[language]
    assert f"; {covishield}" in words[AlertKind.BELOW_MINIMUM]
    assert f"{covaxin} 10" in words[AlertKind.RESIDUAL]
    others = NAMES["hi" if language == "en-in" else "en-in"]
    assert not any(name in listed for name in others)
    assert f"{covaxin} 10" in listed


def test_the_evenings_mail_in_hindi_has_hindi_vaccines(named_in_both, keeper, mailoutbox):
    keeper.email, keeper.language = "keeper@example.org", "hi"
    keeper.save()
    tell_alerts()
    mail_everybody()
    [mail] = [one for one in mailoutbox if one.to == [keeper.email]]
    assert "कोवैक्सिन 10" in mail.body and "कोविशील्ड" in mail.body
    assert "Covaxin" not in mail.body and "Covishield" not in mail.body


def test_a_notice_from_before_vaccines_were_named_twice_is_still_worded(keeper, tree):
    params = {"area_en": "Raipur", "area_hi": "रायपुर", "doses": 7, "places": 1, "parts": {"Covaxin": 7}}
    notices.tell(users=[keeper], kind=AlertKind.RESIDUAL.value, key="old", params=params, path="/stock/")
    assert "Covaxin 7" in notices.worded(told(keeper)[AlertKind.RESIDUAL])


def test_the_page_of_an_area_shows_what_has_to_be_seen_to(depot, client, keeper, state_officer):
    client.force_login(state_officer, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("stock-area", args=["S22"])).content.decode()
    assert 'id="alerts"' in page
    assert "1 consignment with 1,000 doses has not been accepted for more than a week" in page
    for anchor in ("batches", "risk", "way"):
        assert f'href="#{anchor}"' in page and f'id="{anchor}"' in page
    client.force_login(keeper, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("stock-area", args=["D387"])).content.decode()
    assert "within 30 days: 2,150 doses" in page


def test_both_tasks_are_on_the_timetable():
    planned = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {"inventory.tasks.verify_stock_balances", "inventory.tasks.tell_stock_alerts"} <= planned
    app.loader.import_default_modules()
    assert planned <= set(app.tasks)


def test_kept_balances_that_agree_are_said_to_agree(depot, capsys):
    verify_stock_balances()
    check = StockCheck.objects.get()
    assert check.differences == 0
    assert check.positions == StockPosition.objects.count()
    call_command("verify_stock")
    assert "agree" in capsys.readouterr().out


def test_a_kept_balance_that_was_tampered_with_is_found_logged_and_told(depot, national_officer, caplog):
    StockPosition.objects.filter(location=depot.raipur, batch=depot.soon).update(doses=9999)
    StockPosition.objects.filter(location__kind=LocationKind.WASTED).delete()
    with caplog.at_level(logging.ERROR, logger="inventory.services.checking"):
        verify_stock_balances()
    check = StockCheck.objects.get()
    by_place = {one["location"]: (one["kept"], one["summed"]) for one in check.sample}
    assert by_place["STORE-D387"] == (9999, 2150)
    assert check.differences == 3  # the store, the leftovers in opened vials, the broken ones
    assert "differ from the sum" in caplog.text
    [notice] = Notice.objects.filter(user=national_officer)
    assert notices.worded(notice).startswith("3 kept stock balances differ")
    with pytest.raises(CommandError, match="3 of"):
        call_command("verify_stock")


def test_the_check_costs_the_same_however_many_stores(depot, django_assert_max_num_queries):
    # A bound and not a count: what matters is that no position costs a query of its own.
    with django_assert_max_num_queries(8):
        verify_stock_balances()
