"""Whole documents of the engine, to the last label: what other tests say of a part, these say of everything.

Their numbers are right because other tests recompute them; here nothing may move unseen.
"""

import json

import pytest

from tests.assessments.engine.whole_documents import DOCUMENTS, MADE, document


@pytest.mark.parametrize("name", MADE)
def test_a_whole_document_stays_as_it_is_kept(name):
    kept = json.loads((DOCUMENTS / f"{name}.json").read_text(encoding="utf-8"))
    found = document(name)
    assert list(found) == list(kept)
    for place in kept if isinstance(kept, dict) else range(len(kept)):
        assert found[place] == kept[place], place


def test_every_kept_document_is_compared():
    assert sorted(path.stem for path in DOCUMENTS.iterdir()) == sorted(MADE)
