"""The report of `script/mutants`, read from what mutmut leaves."""

import json

from tests.mutants import told


def test_each_module_has_its_share_and_survivors_are_named(tmp_path):
    ends = {
        "prices": {"prices.x_one": 1, "prices.x_two": 0, "prices.x_three": -24, "prices.x_four": None},
        "offer": {"offer.x_one": 33},
        "house": {"house.x_one": None},
    }
    for module, found in ends.items():
        (tmp_path / f"{module}.py.meta").write_text(json.dumps({"exit_code_by_key": found}), encoding="utf-8")
    assert told(tmp_path) == [
        "offer                    0 of     1 killed    0.0%, 0 not tried",
        "prices                   2 of     3 killed   66.7%, 1 not tried",
        "",
        "offer.x_one",
        "prices.x_two",
    ]
