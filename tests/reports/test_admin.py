"""What the operator sees of links, views, downloads, batches and saved choices, and what nobody changes there."""

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments import operations as assessing
from reports import batches, operations, saved_layouts, sharing
from reports.models import Download, SharedView
from reports.sections import layout_of
from tests import factories
from tests.claims import factories as registry

pytestmark = pytest.mark.django_db
SECRETS = ("Auto insurer", "SEO copy", "For the board of the insurer")


@pytest.fixture
def rows(renderer):
    """One row of each model, by its name, and the token of the link."""
    factories.examples_gate()
    by = factories.consultant()
    final = assessing.finalise(
        by=by, at=factories.NOON, assessment=factories.assessment(answers=factories.worked_answers())
    )
    report = operations.issue(
        assessment=final, by=by, at=factories.NOON, because=factories.REASON, renderer=renderer, to=SECRETS[2]
    )
    operations.log_download(report=report, by=by, at=factories.NOON)
    now = timezone.now()
    link, token = sharing.share(report=report, by=by, at=now, expires_on=now.date())
    sharing.log_view(link=link, at=now)
    batch = batches.start(assessments=[final], by=by, at=now, because=factories.REASON, to=SECRETS[2], language="es")
    saved = saved_layouts.save(
        firm=final.firm, name="Board version", layout=layout_of("", ["cover", "summary", "basis"]), by=by, at=now
    )
    made = {"download": Download.objects.get(), "sharedlink": link, "sharedview": SharedView.objects.get()}
    return {**made, "batch": batch, "savedlayout": saved}, (token, link.token_digest)


def test_the_operator_reads_each_row_and_changes_none(client, rows):
    found, hidden = rows
    client.force_login(registry.person("operator", is_staff=True, is_superuser=True))
    for name, row in found.items():
        pages = [reverse(f"admin:reports_{name}_changelist"), reverse(f"admin:reports_{name}_change", args=[row.pk])]
        for address in pages:
            page = client.get(address)
            assert page.status_code == 200, address
            text = page.content.decode()
            assert [secret for secret in (*hidden, *SECRETS) if secret in text] == [], address
            assert 'name="_save"' not in text
        assert client.post(reverse(f"admin:reports_{name}_add")).status_code == 403
        assert client.post(reverse(f"admin:reports_{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
        assert client.post(reverse(f"admin:reports_{name}_change", args=[row.pk]), {}).status_code == 403
        row.refresh_from_db()


def test_how_often_a_link_was_opened_is_told(client, rows):
    client.force_login(registry.person("operator", is_staff=True, is_superuser=True))
    page = client.get(reverse("admin:reports_sharedlink_changelist")).content.decode()
    assert '<td class="field-opened">1</td>' in page
    assert "A-2026-0001 (en)" in page
