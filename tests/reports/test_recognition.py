"""What anybody may learn of a report from its seal or its digest, and that it costs little to ask."""

import io
import re
import tracemalloc
from datetime import timedelta

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments import evidence_cache
from assessments import operations as assessing
from claims import operations as registry_operations
from claims.models import Conflict
from reports import operations, recognition
from reports.advice_today import Advice
from reports.models import WrittenFile
from tests import factories
from tests.claims import factories as registry

pytestmark = pytest.mark.django_db
WHY = "The board knows it and decides in spring."


@pytest.fixture
def gate(db):
    return factories.examples_gate()


@pytest.fixture
def issued(gate, renderer):
    draft = factories.assessment(answers=factories.worked_answers())
    final = assessing.finalise(by=factories.consultant(), at=factories.NOON, assessment=draft)
    return operations.issue(
        assessment=final, by=factories.consultant(), at=factories.NOON, because=WHY, renderer=renderer
    )


def seal_of(report):
    return report.manifest_document["document"]["seal"].removeprefix("sha256:")


def page_of(client, digits):
    return client.get(reverse("reports:verified", args=[digits])).content.decode()


def sent(client, content):
    upload = SimpleUploadedFile("report.pdf", content, content_type="application/pdf")
    return client.post(reverse("reports:verify"), {"file": upload}).content.decode()


def edited(content, change):
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(content))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def without_page(writer):
    writer.remove_page(1)


def with_another_manifest(writer):
    writer.root_object.pop("/Names")
    writer.add_attachment("evidence.json", b"{}")


def test_a_seal_stands_for_the_content_and_not_for_the_bytes(client, issued):
    page = page_of(client, seal_of(issued))
    assert "A report with this content was issued here, and is in force" in page
    assert "Only the file itself shows whether a byte of it was changed" in page
    assert "not one byte was changed" not in page
    assert issued.digest in page
    assert WrittenFile.objects.get().seal == f"sha256:{seal_of(issued)}"


def test_the_digits_that_a_report_prints_are_enough(client, issued):
    digits = re.search(r"seal ((?:[0-9a-f]{4} ?){4})", issued.manifest_document["running"][-1])[1]
    response = client.post(reverse("reports:verify"), {"digest": digits})
    assert response["Location"] == reverse("reports:verified", args=[seal_of(issued)])
    refused = client.post(reverse("reports:verify"), {"digest": "0" * 16})
    assert refused.status_code == 422
    assert "No report that was written here has a seal or digest that begins like this." in refused.content.decode()


def test_a_draft_with_this_content_is_no_report(client, gate, renderer):
    draft = factories.assessment(answers=factories.worked_answers())
    client.force_login(factories.consultant())
    client.get(reverse("reports:pdf", args=[draft.reference]))
    client.logout()
    page = page_of(client, WrittenFile.objects.get().seal.removeprefix("sha256:"))
    assert "A draft with this content was written here, not an issued report" in page


def test_every_alteration_makes_it_a_file_that_was_not_written_here(client, issued, renderer):
    genuine = bytes(issued.content)
    altered = bytearray(genuine)
    altered[len(genuine) // 2] ^= 1
    assert "Genuine, and in force" in sent(client, genuine)
    foreign = renderer.render('<html lang="en"><title>Letter</title><body><p>Pay 500.</p></body></html>').pdf
    strangers = {
        "one byte": bytes(altered),
        "text": edited(genuine, without_page),
        "manifest": edited(genuine, with_another_manifest),
        "encrypted": edited(genuine, lambda writer: writer.encrypt("secret", algorithm="RC4-128")),
        "foreign": foreign,
        "no PDF": b"hello",
    }
    pages = {name: sent(client, content) for name, content in strangers.items()}
    assert [name for name, page in pages.items() if "This was not written here" not in page] == []


def test_a_seal_of_what_was_replaced_says_so(client, issued, renderer):
    by = factories.consultant()
    again = assessing.rerun(by=by, at=factories.NOON, assessment=issued.assessment)
    again = assessing.finalise(by=by, at=factories.NOON, assessment=again)
    operations.issue(assessment=again, by=by, at=factories.NOON, because=WHY, renderer=renderer)
    assert "issued here, but a later report has replaced it" in page_of(client, seal_of(issued))


class Endless(io.RawIOBase):
    """A body of so many bytes that exists nowhere as a whole."""

    def __init__(self, size):
        self.left, self.largest = size, 0

    def read(self, size=-1):
        given = self.left if size < 0 else min(size, self.left)
        self.left, self.largest = self.left - given, max(self.largest, given)
        return b"\0" * given


def test_a_file_of_200_mb_is_refused_before_it_is_kept_anywhere(client):
    size = 200 * 1024 * 1024
    body = Endless(size)
    assert (
        client.get(reverse("reports:verify")).status_code == 200
    )  # so that nothing is imported while memory is counted
    tracemalloc.start()
    response = client.generic(
        "POST",
        reverse("reports:verify"),
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(size),
        **{"wsgi.input": body},
    )
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert response.status_code == 413
    assert "A report is not larger than 25 MB." in response.content.decode()
    assert body.left == 0
    assert max(body.largest, 0) <= 1024 * 1024
    assert peak < 16 * 1024 * 1024


def test_a_form_without_its_token_is_refused(issued):
    from django.test import Client  # noqa: PLC0415 - only here

    response = Client(enforce_csrf_checks=True).post(reverse("reports:verify"), {"digest": "ab" * 32})
    assert response.status_code == 403


# --- What became of the claims ------------------------------------------------------------------------------------


def told(issued, on=None):
    found = recognition.of_digest(issued.digest, on=on or timezone.now().date())
    return [(change.slug, change.told) for change in found.changes]


def test_a_claim_that_was_contested_since_is_told(client, issued, gate):
    other = registry.publish(
        "another-gate", subject=gate.subject, metric=gate.metric, low=500, likely=None, high=None,
        bound="at_least", unit="examples", currency="", per="", scope={},
    )  # fmt: skip
    conflict = registry_operations.record_conflict(
        by=registry.manager(), at=timezone.now(), claims=(gate.claim, other.claim), relation=Conflict.Relation.DISJOINT
    )
    registry_operations.settle_conflict(
        by=registry.manager(), at=timezone.now(), conflict=conflict, state=Conflict.State.CONTESTED, reason="Both stand.",
        seen=registry_operations.last_act(conflict),
    )  # fmt: skip
    assert told(issued) == [("fine-tuning-examples-gate", [("contested", False)])]
    page = page_of(client, issued.hex_digest)
    assert "chip-contested" in page
    assert "Of 1 claim it cites, 1 is no longer as cited." in page


def test_a_claim_that_ended_is_told_as_ended_and_nothing_more(issued, gate):
    registry_operations.retract(by=registry.manager(), at=timezone.now(), claim=gate.claim, reason="It was wrong.")
    assert told(issued) == [("fine-tuning-examples-gate", [("retracted", False)])]


def test_a_claim_that_grows_old_is_told_from_that_day_on(issued):
    days = (0, 3650)
    assert [told(issued, factories.NOON.date() + timedelta(days=day)) for day in days] == [
        [],
        [("fine-tuning-examples-gate", [("overdue", False)])],
    ]


# --- Whether the advice would be the same -------------------------------------------------------------------------


def test_the_judgement_is_made_once_for_a_state_of_the_registry(issued, gate):
    def asked():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found = recognition.of_digest(issued.digest, on=factories.NOON.date())
        read = [one["sql"] for one in queries if '"reports_report"."manifest"' in one["sql"]]
        return found.advice, len(read)

    assert asked() == (Advice("same"), 1)
    evidence_cache.forget()
    assert asked() == (Advice("same"), 0)
    registry.change(gate, at=factories.NOON, low=20000)
    assert asked()[1] == 1


def test_the_page_gives_nothing_of_the_client_away(client, issued):
    secrets = ("Auto insurer", "SEO copy", "Northwind", issued.reference, "US$", "consultant", WHY)
    for digits in (issued.hex_digest, seal_of(issued)):
        page = page_of(client, digits)
        assert "the advice would be the same" in page
        assert [secret for secret in secrets if secret in page] == []
        options = [entry["option"] for entry in issued.manifest_document["options"]]
        assert [option for option in options if option in page] == []
