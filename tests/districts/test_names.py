import pytest

from districts.names import fold, letters, proper_case


@pytest.mark.parametrize("text", ["  RAE  Bareli ", "rae bareli", "Rae\tBareli", "RAE\u00a0BARELI"])
def test_case_and_spaces_do_not_make_another_name(text):
    assert fold(text) == "rae bareli"


def test_one_hindi_letter_has_one_form_however_it_was_typed():
    composed, decomposed = "बड़वानी", "बड\u093cवानी"
    assert fold(composed) == fold(decomposed)


def test_punctuation_makes_another_alias():
    assert fold("Warangal(Rural)") != fold("Warangal Rural")


def test_letters_leave_out_all_that_is_not_one():
    assert letters("JANJGIR - CHAMPA (Pt.)") == letters("Janjgir-Champa (PT)") == "janjgirchampapt"


def test_vowel_signs_count_as_letters():
    assert letters("बलिया") != letters("बलया")


@pytest.mark.parametrize(
    ("shouted", "written"),
    [
        ("LAHUL AND SPITI", "Lahul and Spiti"),
        ("THE NILGIRIS", "The Nilgiris"),
        ("CANNING-II", "Canning-II"),
        ("R.S.PURA", "R.S.Pura"),
        ("THIMMAPUR (L.M.D.)", "Thimmapur (L.M.D.)"),
        ("ST.THOMAS MOUNT", "St.Thomas Mount"),
        ("HEINGANG CD BLOCK", "Heingang CD Block"),
        ("GOLMURI CUM  JUGSALAI", "Golmuri cum Jugsalai"),
        ("Mahisagar", "Mahisagar"),
        ("रायपुर", "रायपुर"),
    ],
)
def test_a_shouted_name_is_written_as_people_write_it(shouted, written):
    assert proper_case(shouted) == written
