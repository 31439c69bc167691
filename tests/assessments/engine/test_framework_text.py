"""Framework files as bytes: plain YAML is read, every trap is refused with its place."""

import pytest

from assessments.engine.framework_text import DEEPEST, LARGEST, MOST_PARTS, UnreadableFramework, check_bounds, read_text


def refusal(content):
    with pytest.raises(UnreadableFramework) as refused:
        read_text(content if isinstance(content, bytes) else content.encode())
    return str(refused.value)


def test_plain_yaml_is_read_as_it_stands():
    text = "\ufeffid: a-b\non_day: 2026-01-02\nrules:\n  - {when: yes, n: 1.5, none: null, text: 'no'}\nempty:\n"
    assert read_text(text.encode()) == {
        "id": "a-b",
        "on_day": "2026-01-02",
        "rules": [{"when": True, "n": 1.5, "none": None, "text": "no"}],
        "empty": None,
    }


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "the file is empty"),
        (b"# only a remark\n", "the file is empty"),
        (b"- a list", "the file is not a mapping of keys to parts"),
        (b"a text", "the file is not a mapping of keys to parts"),
        (b"\x89PNG\r\n\x1a\n\x00\xff", "the file is not text in UTF-8"),
        (b"id: a\x00b", "the file holds characters that are no text"),
        (b"a: " + b"x" * LARGEST, "the file is larger than 64 KB"),
        ("a: [1, 2", "line 1: expected ',' or ']', but got '<stream end>'"),
        ("a: 1\n\tb: 2", "line 2: found character '\\t' that cannot start any token"),
        ("a: &x [1]\nb: *x", "line 1: anchors and aliases (& and *) are not read: write the part out"),
        ("a: 1\nb: *x", "line 2: anchors and aliases (& and *) are not read: write the part out"),
        ("a: !!python/object/apply:os.system [ls]", "line 1: tags (!) are not read"),
        ("a: !!binary aGVsbG8=", "line 1: tags (!) are not read"),
        ("a: 1\na: 2", "line 2: the key a stands twice"),
        ("a: {b: 1}\n1: 2", "line 2: a key is a word; put it in quotes if it looks like a number"),
        ("? [a]\n: 2", "line 1: a key is a word; put it in quotes if it looks like a number"),
        ("a: 1\n---\nb: 2", "line 2: one file holds one framework"),
        ("a: .inf", "a number beyond 1,000,000,000,000,000"),
        ("a: 1000000000000001", "a number beyond 1,000,000,000,000,000"),
        ('a: "\\ud800"', "a text holds control characters, or half of a character"),
        ('"\\u0007": 1', "a text holds control characters, or half of a character"),
        ("a: " + "[" * 30 + "]" * 30, f"line 1: more than {DEEPEST} levels inside each other"),
        ("a: " + "[" * 30_000, f"line 1: more than {DEEPEST} levels inside each other"),
        ("a: [" + "1," * MOST_PARTS + "]", f"line 1: more than {MOST_PARTS} parts"),
    ],
)
def test_what_is_no_plain_yaml_is_refused_with_its_place(content, why):
    assert refusal(content) == why


def test_a_number_of_too_many_digits_is_refused():
    assert "4300" in refusal("a: " + "9" * 5000)


def test_a_merge_key_is_a_key_like_any_other():
    assert read_text(b"<<: {a: 1}\nb: 2") == {"<<": {"a": 1}, "b": 2}


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"a": [1] * MOST_PARTS}, f"more than {MOST_PARTS} parts"),
        ({"a": {1, 2}}, "neither text, number, list nor mapping: set"),
    ],
)
def test_data_from_elsewhere_is_held_to_the_same_bounds(data, why):
    with pytest.raises(UnreadableFramework) as refused:
        check_bounds(data)
    assert str(refused.value) == why


def test_data_from_elsewhere_may_not_be_nested_without_end():
    data = {"a": 1}
    for _ in range(DEEPEST):
        data = {"a": data}
    with pytest.raises(UnreadableFramework, match=f"more than {DEEPEST} levels"):
        check_bounds(data)
