"""An unchanged draft is answered without rendering, and a changed one never is."""

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from django.core.cache import caches
from django.core.cache.backends.filebased import FileBasedCache
from django.urls import reverse

from assessments import operations as assessing
from reports import document, drafts, operations, pool
from reports.models import WrittenFile
from reports.pdf import Renderer, RenderError
from tests import factories
from tests.claims import factories as registry

LATER = factories.NOON + timedelta(days=3)


@pytest.fixture
def renderings(monkeypatch):
    """The documents that were rendered, by the digest that identifies them."""
    seen = []
    really = Renderer.render

    def counted(self, html, **options):
        seen.append(options["identifier"])
        return really(self, html, **options)

    monkeypatch.setattr(Renderer, "render", counted)
    return seen


@pytest.fixture
def final(db):
    factories.examples_gate()
    draft = factories.assessment(answers=factories.worked_answers())
    return assessing.finalise(by=factories.consultant(), at=factories.NOON, assessment=draft)


def ask(client, assessment, **query):
    client.force_login(factories.consultant())
    return client.get(reverse("reports:pdf", args=[assessment.reference], query=query))


def test_an_unchanged_draft_is_rendered_once(client, final, renderings):
    first, again = ask(client, final), ask(client, final)
    assert first.content.startswith(b"%PDF-")
    assert again.content == first.content
    assert len(renderings) == 1
    assert WrittenFile.objects.count() == 1
    assert ask(client, final, lang="es").content != first.content
    assert len(renderings) == 2


@pytest.mark.presses
def test_what_is_kept_is_what_would_be_rendered(final, renderings):
    case = document.stored(final, as_of=final.as_of, language="en")
    first = operations.write_draft(case=case, at=factories.NOON)
    kept = operations.write_draft(case=case, at=LATER)
    assert kept == first == operations.typeset(case, at=document.draft_date(case))
    assert len(renderings) == 2


def test_a_changed_answer_a_changed_claim_and_a_changed_name_are_rendered(client, final, renderings):
    draft = assessing.rerun(by=factories.consultant(), at=factories.NOON, assessment=final)
    seen = {ask(client, draft).content}
    draft.refresh_from_db()
    answers = draft.answers | {"n_examples": draft.answers["n_examples"] + 1}
    assessing.save_answers(
        by=factories.consultant(), at=LATER, assessment=draft, answers=answers, version=draft.version
    )
    seen.add(ask(client, draft).content)
    gate = registry.Claim.objects.get(slug="fine-tuning-examples-gate").current_revision
    registry.change(gate, at=factories.NOON, low=9000)
    seen.add(ask(client, draft).content)
    firm = draft.firm
    firm.name = "Another name"
    firm.save()
    seen.add(ask(client, draft).content)
    assert len(seen) == len(renderings) == 4


@pytest.mark.django_db
def test_every_part_of_a_case_is_in_its_key(worked_case):
    """A field that somebody adds to a case is seen here without being named."""
    standing = dict(worked_case.claims[0].standing) | {"freshness": "overdue"}
    changed = {
        "issued": True,
        "language": "es",
        "result": dict(worked_case.result) | {"as_of": "2026-11-21"},
        "claims": [replace(worked_case.claims[0], standing=standing), *worked_case.claims[1:]],
        "reservations": [{"code": "contested"}],
    }
    keys = {drafts.key(worked_case)}
    for one in fields(worked_case):
        keys.add(drafts.key(replace(worked_case, **{one.name: changed.get(one.name, f"another {one.name}")})))
    assert len(keys) == len(fields(worked_case)) + 1
    assert (
        drafts.key(worked_case)
        == drafts.key(replace(worked_case))
        == drafts.key(replace(worked_case, title=worked_case.title))
    )


def test_a_key_tells_kinds_of_values_apart_and_refuses_what_has_no_content():
    given = [b"1", "1", 1, 1.5, True, None, date(2026, 1, 1), [1], {"a": 1}]
    assert len({drafts.key(one) for one in given}) == len(given)
    with pytest.raises(TypeError, match="object cannot be part of what a draft is known by"):
        drafts.key(object())


@pytest.mark.django_db
def test_another_version_of_ours_has_other_keys(worked_case, monkeypatch):
    before = drafts.key(worked_case)
    monkeypatch.setattr(drafts, "makers", lambda: "another version")
    assert drafts.key(worked_case) != before


def test_every_kind_of_file_behind_a_draft_is_there(settings):
    assert [pattern for pattern in drafts.MAKERS if not list(settings.BASE_DIR.glob(pattern))] == []


WRITTEN = drafts.Written(b"%PDF-", "sha256:" + "0" * 64, "sha256:" + "1" * 64, b"{}", 1)


def test_bytes_that_are_not_those_that_were_kept_are_not_served():
    drafts.keep("a", WRITTEN)
    assert caches["drafts"].get("a") is not None
    assert drafts.kept("a") is None


def test_kept_drafts_are_bounded_and_private_and_a_damaged_one_is_none_at_all(tmp_path, monkeypatch):
    files = FileBasedCache(tmp_path / "drafts", {"OPTIONS": {"MAX_ENTRIES": 10}})
    monkeypatch.setitem(drafts.__dict__, "caches", {"drafts": files})
    written = replace(WRITTEN, digest=drafts.manifest.file_digest(WRITTEN.content))
    for number in range(30):
        drafts.keep(str(number), written)
    assert drafts.kept("29") == written
    found = list((tmp_path / "drafts").iterdir())
    assert len(found) <= 10
    assert {path.stat().st_mode & 0o077 for path in [tmp_path / "drafts", *found]} == {0}
    for path in found:
        path.write_bytes(path.read_bytes()[:-3])
    assert drafts.kept("29") is None


def test_a_disk_that_is_full_costs_nobody_a_draft(monkeypatch, caplog):
    class Full:
        def set(self, *_):
            raise OSError(28, "No space left on device")

    monkeypatch.setitem(drafts.__dict__, "caches", {"drafts": Full()})
    drafts.keep("a", WRITTEN)
    assert "A draft could not be kept" in caplog.text


def test_a_rendering_that_fails_is_not_kept(final, monkeypatch):
    case = document.stored(final, as_of=final.as_of, language="en")

    def broken(self, html, **options):
        raise RenderError("The PDF could not be made: it broke.", reason="crashed")

    with monkeypatch.context() as patch:
        patch.setattr(Renderer, "render", broken)
        with pytest.raises(RenderError):
            operations.write_draft(case=case, at=LATER)
    assert operations.write_draft(case=case, at=LATER).content.startswith(b"%PDF-")
    pool.close()
