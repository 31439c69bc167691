"""Which cases a text finds, in the list of the API and on the page: the same on either database."""

from urllib.parse import urlencode

import pytest

from assessments import operations
from tests import factories
from tests.assessments.programs import program

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("álvarez", [1, 0]),
        ("HERMANOS ÁLVAREZ", [1, 0]),
        ("ñandú & c", [0]),
        ("ΟΔΌ", [0]),
        ("(50%) [A_B]", [0]),
        ("a_b", [1, 0]),
        ("a_b.*\\ ***:", [1]),
        ("alvarez", []),
        ("50_", []),
        ("o.e", []),
        ("one|two", []),
        ("^Ñ", []),
    ],
)
def test_a_case_is_found_in_capitals_and_small_letters_of_any_alphabet(words, found):
    made = [
        operations.create_assessment(
            by=factories.consultant(), at=factories.NOON, client=factories.client("Hermanos Álvarez"), title=title
        ).reference
        for title in ("Ñandú & Co: Οδός (50%) [a_b] one", "A_B.*\\ ***: another")
    ]
    hers = program()
    rows = hers.get(f"?{urlencode({'q': words})}").json()["results"]
    assert [row["reference"] for row in rows] == [made[place] for place in found]
    page = hers.client
    page.force_login(factories.consultant())
    shown = page.get("/assessments/", {"q": words}).content.decode()
    assert [one for one in reversed(made) if one in shown] == [made[place] for place in found]


def test_a_text_that_is_longer_than_anything_it_could_be_in_finds_nothing(client):
    case = factories.assessment()
    client.force_login(factories.consultant())
    assert case.reference in client.get("/assessments/", {"q": case.title}).content.decode()
    assert case.reference not in client.get("/assessments/", {"q": case.title * 1000}).content.decode()
