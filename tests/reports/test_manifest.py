import pytest

from reports import manifest
from reports.manifest import Recorder, UnrecordedNumber, check_recorded


def test_only_texts_with_numbers_are_kept():
    recorder = Recorder()
    assert recorder.record("Fine-tune.", kind="word") == "Fine-tune."
    assert recorder.record("US$5", kind="figure", figure="F1") == "US$5"
    assert recorder.printed == [{"text": "US$5", "origin": {"kind": "figure", "figure": "F1"}}]


def test_what_another_recorder_holds_comes_after_what_was_there():
    first, second = Recorder(), Recorder()
    for recorder, text in ((first, "US$5"), (second, "US$6")):
        recorder.record(text, kind="figure", figure="F1")
        recorder.page_of(f"page of {text}")
        recorder.on_every_page(f"Draft of {text}")
    first.add(second)
    assert [one["text"] for one in first.printed] == ["US$5", "US$6"]
    assert first.pages == ["page of US$5", "page of US$6"]
    assert first.running == ["Draft of US$5", "Draft of US$6"]


def test_a_number_printed_past_the_recorder_is_refused():
    recorder = Recorder()
    recorder.record("5,000", kind="figure", figure="F1")
    check_recorded("<title>9</title><p>5,000</p><style>p { width: 3mm }</style>", recorder)
    with pytest.raises(UnrecordedNumber, match="printed past the recorder: 7 × 1; recorded, not printed: none"):
        check_recorded("<p>5,000</p><p>7</p>", recorder)


def test_a_number_printed_twice_is_recorded_twice():
    recorder = Recorder()
    recorder.record("5,000", kind="figure", figure="F1")
    with pytest.raises(UnrecordedNumber, match="printed past the recorder: 5,000 × 1"):
        check_recorded("<p>5,000</p><p>5,000</p>", recorder)


def test_texts_on_a_drawing_count_and_its_description_does_not():
    recorder = Recorder()
    recorder.record("120", kind="scale", value=120)
    check_recorded("<svg><title>9 bars</title><desc>8</desc><text>120</text></svg>", recorder)


def test_digests_cover_everything_but_themselves():
    one = {"figures": [], "digest": "sha256:x", "printed": []}
    sealed = {**one, "manifest_digest": manifest.digest(one)}
    assert manifest.digest(sealed) == sealed["manifest_digest"]
    assert manifest.digest({**sealed, "printed": [1]}) != sealed["manifest_digest"]


def sealed(**changes):
    """The seal of a small report, with something of it changed."""
    document = {
        "language": "en",
        "state": "issued",
        "reference": "A-1",
        "names": {"client": "C"},
        "reservations": [],
        "since": None,
        "layout": {"name": "full", "sections": ["cover", "summary"]},
    }
    claims = [{"claim": "rag-cost@1", "document": {"digest": "sha256:c"}}]
    parts = {"result": "sha256:r", "claims": claims, "document": document | changes.pop("document", {})}
    return manifest.seal(**parts | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"result": "sha256:q"},
        {"claims": [{"claim": "rag-cost@1", "document": {"digest": "sha256:d"}}]},
        {"claims": []},
        {"document": {"language": "es"}},
        {"document": {"state": "draft"}},
        {"document": {"reference": "A-2"}},
        {"document": {"names": {"client": "D"}}},
        {"document": {"reservations": [{"code": "revised"}]}},
        {"document": {"since": {"reference": "A-0"}}},
        {"document": {"layout": {"name": "annex", "sections": ["cover", "evidence"]}}},
        {"document": {"words": {"costs_intro": "Our costs."}}},
    ],
)
def test_the_seal_covers_what_a_report_says(changes):
    assert sealed(**changes) != sealed()


def test_the_seal_does_not_cover_how_it_is_printed():
    assert sealed(document={"draft_mark": "DRAFT", "written_at": "2026-11-22T00:00:00Z", "site": "x"}) == sealed()


@pytest.mark.django_db
def test_the_result_inside_a_manifest_keeps_the_digest_the_engine_gave_it(printed, worked_case):
    assert manifest.result_digest(printed.manifest) == worked_case.result["digest"]
    assert manifest.result_of(printed.manifest) == worked_case.result
