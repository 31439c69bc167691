from decimal import Decimal

import pytest

from assessments.engine.numbers import from_json, to_json


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.1, Decimal("0.1")), (12, Decimal(12)), (1500000.0, Decimal(1500000)), (Decimal("5.49"), Decimal("5.49"))],
)
def test_a_json_number_is_taken_as_it_prints(value, expected):
    assert from_json(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (Decimal("67250.0000"), 67250),
        (Decimal("0.0053"), 0.0053),
        (Decimal(1) / Decimal(3), 0.333333),
        (Decimal("1445635.220125786163522012578616352"), 1445635.220126),
        (Decimal("-0.0000001"), 0),
        (Decimal(10) ** 26, 10**26),
        (Decimal(10) ** 27, 10**27),
        (Decimal("1E+40"), 10**40),
    ],
)
def test_a_number_given_out_has_six_decimals_and_is_whole_where_it_can_be(value, expected):
    given = to_json(value)
    assert given == expected
    assert type(given) is type(expected)
