"""How numbers are written, against slow and obvious second implementations."""

import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from districts import numbers
from districts.figures import Ratio
from districts.templatetags import indian

whole = st.integers(min_value=-(10**15), max_value=10**15)


def slow_indian(value):
    """Walk the digits from the right: a comma after the third, then after every second."""
    out = ""
    for count, digit in enumerate(reversed(str(abs(value)))):
        if count == 3 or (count > 3 and count % 2 == 1):
            out = "," + out
        out = digit + out
    return ("−" if value < 0 else "") + out


def slow_round(value, places):
    """Half away from zero, in whole numbers only."""
    scaled = abs(Fraction(value)) * 10**places
    rounded = scaled.numerator // scaled.denominator
    if scaled - rounded >= Fraction(1, 2):
        rounded += 1
    digits = str(rounded).rjust(places + 1, "0")
    return digits[: len(digits) - places] + ("." + digits[-places:] if places else "")


@given(whole)
def test_grouping_agrees_with_walking_the_digits(value):
    assert numbers.indian(value) == slow_indian(value)


@given(whole)
def test_a_grouped_number_reads_back_as_itself(value):
    assert int(numbers.indian(value).replace(",", "").replace("−", "-")) == value


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1,000"),
        (99_999, "99,999"),
        (100_000, "1,00,000"),
        (10_000_000, "1,00,00,000"),
        (1_200_858_170, "1,20,08,58,170"),
        (167_403_871, "16,74,03,871"),
        (-6_255, "−6,255"),
        (None, "—"),
    ],
)
def test_known_numbers_are_grouped_the_indian_way(value, written):
    assert numbers.indian(value) == written


@given(st.fractions(min_value=-(10**9), max_value=10**9), st.integers(min_value=0, max_value=3))
def test_decimals_are_rounded_half_up_once(value, places):
    plain = slow_round(value, places)
    expected = slow_indian(int(plain.partition(".")[0])) + ("." + plain.partition(".")[2] if places else "")
    if value < 0 and Decimal(plain) != 0:
        expected = "−" + expected
    assert numbers.decimal(value, places) == expected


@pytest.mark.parametrize(
    ("ratio", "written"),
    [
        (Ratio(0, 40), "0.0%"),
        (Ratio(1, 2000), "0.1%"),
        (Ratio(-1, 2000), "−0.1%"),
        (Ratio(-1, 2001), "0.0%"),
        (Ratio(2, 3), "66.7%"),
        (Ratio(13, 10), "130.0%"),
        (Ratio(12345, 10), "1,23,450.0%"),
        (Ratio(5, 0), "—"),
        (Ratio(None, 5), "—"),
        (None, "—"),
    ],
)
def test_a_ratio_is_written_with_one_decimal_and_without_data_as_a_dash(ratio, written):
    assert numbers.percent(ratio) == written


@pytest.mark.parametrize(
    ("value", "short"),
    [
        (0, ("0", "")),
        (-5, ("−5", "")),
        (99_999, ("99,999", "")),
        (100_000, ("1", "lakh")),
        (120_000, ("1.2", "lakh")),
        (-124_999, ("−1.2", "lakh")),
        (125_000, ("1.3", "lakh")),
        (9_994_999, ("99.9", "lakh")),
        (9_995_000, ("1", "crore")),  # 99.95 lakh rounds to a hundred lakh
        (20_000_000, ("2", "crore")),
        (1_102_300_000, ("110.23", "crore")),
        (10**12, ("1,00,000", "crore")),
        (None, ("—", "")),
    ],
)
def test_known_numbers_are_shortened_to_lakh_and_crore(value, short):
    assert numbers.shorten(value) == short


@given(whole)
def test_a_shortened_number_is_never_off_by_more_than_half_of_its_last_digit(value):
    figure, unit = numbers.shorten(value)
    factor = {"": 1, "lakh": 10**5, "crore": 10**7}[unit]
    shown = Fraction(figure.replace(",", "").replace("−", "-")) * factor
    slack = {"": 0, "lakh": 5_000, "crore": 50_000}[unit]
    assert abs(shown - value) <= slack
    assert not figure.endswith((".0", ".00", "."))


@given(whole)
def test_a_change_always_shows_its_direction(value):
    text = numbers.signed(value)
    assert text[0] == ("+" if value > 0 else "−" if value < 0 else "0")


def test_no_data_is_said_and_not_only_drawn():
    with translation.override("en-in"):
        for filter_ in (
            indian.indian,
            indian.lakh,
            indian.signed,
            indian.percent,
            indian.decimal,
            indian.day,
        ):
            html = filter_(None)
            assert 'title="No data"' in html
            assert '<span class="sr-only">No data</span>' in html


def test_the_short_form_keeps_the_full_number_in_its_title():
    with translation.override("en-in"):
        assert indian.lakh(1_102_300_000) == '<span title="1,10,23,00,000">110.23 crore</span>'
        assert indian.lakh(99_999) == "99,999"


def test_days_are_written_day_first_and_hindi_months_in_full():
    november = datetime.date(2021, 11, 11)
    with translation.override("en-in"):
        assert indian.day(november) == "11 Nov 2021"
    with translation.override("hi"):
        assert indian.day(november).startswith("11 ")
        assert indian.day(november).endswith(" 2021")
        assert indian.day(november).isascii() is False


def test_an_instant_is_shown_in_the_time_of_india():
    moment = datetime.datetime(2021, 11, 11, 20, 0, tzinfo=datetime.UTC)
    with translation.override("en-in"):
        assert indian.instant(moment) == "12 Nov 2021, 01:30"
        assert indian.clock(moment) == "01:30:00"


def test_a_cooling_off_time_is_rounded_up_to_minutes():
    assert indian.minutes(datetime.timedelta(minutes=14, seconds=1)) == 15
