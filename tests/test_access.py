"""Every address of the project, asked for by every role: who gets in, and who learns nothing.

An address that is not in tests/access_table.py fails the first test, so nothing is added without deciding who may see it.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from assessments import operations as assessing
from assessments import reappraising
from assessments.models import Assessment, Membership, WebhookDelivery, WebhookEndpoint
from assessments.webhooks import endpoints as webhooks
from claims import importing, operations
from claims.models import Claim, Gap, Person, SavedView, Source, Task
from reports import batches, saved_layouts, sharing
from reports import operations as reporting
from reports.branding import operations as branding
from reports.branding.brand import Brand
from reports.layouts import CUSTOM, Layout
from reports.models import Batch, BrandVersion, WrittenFile
from tests import factories, firm_frameworks
from tests.access_table import ROLES, TABLE, Expected
from tests.claims import factories as registry
from tests.claims import shelf

OWNERS = {"consultant", "firm_admin"}
OURS = ("Meridian Mutual", "Whether to fine-tune the triage")
THEIRS = ("Harbour Logistics", "What to do about delivery notes")
"""Client and title of a case of Northwind, and of its rival."""


def patterns(resolver: URLResolver, route: str = "", space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Key and pattern of every address: its name with the namespace, else the whole route."""
    for entry in resolver.url_patterns:
        path = route + str(entry.pattern).removeprefix("^")
        if isinstance(entry, URLResolver):
            yield from patterns(entry, path, f"{entry.namespace}:" if entry.namespace else space)
        else:
            yield (space + entry.name if entry.name else path), entry


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[dict[str, Person | AnonymousUser]]:
    """A registry, two firms with a final and a draft case each, an issued report, and somebody in each role."""
    with django_db_blocker.unblock(), transaction.atomic():
        shelf.fill()
        a_total_and_a_judgement()
        factories.examples_gate()
        report = reporting.issue(
            assessment=case_of("northwind", *OURS),
            by=factories.consultant(),
            at=factories.NOON,
            language="en",
            because=factories.REASON,
        )
        reporting.log_download(report=report, by=factories.consultant(), at=factories.NOON)
        sharer, day = factories.consultant(), factories.NOON.date()
        link, _ = sharing.share(report=report, by=sharer, at=factories.NOON, expires_on=day)
        sharing.log_view(link=link, at=factories.NOON)
        saved_layouts.save(
            firm=factories.firm(), name="Board", layout=Layout(CUSTOM, ("cover", "basis")), by=sharer, at=factories.NOON
        )
        eastgate = factories.firm("eastgate")
        case_of("eastgate", *THEIRS)
        client = factories.client(OURS[0])
        other = factories.client("Another client of the firm")
        reads = Membership.Role.CLIENT_READER
        WrittenFile.objects.create(
            digest="sha256:" + "f" * 64, reference="D-1", state="draft", written_at=factories.NOON
        )
        importing.preview(by=registry.editor(), at=factories.NOON, name="a.csv", content=b"slug\na-claim\n")
        registry.task(claim=Claim.objects.get(slug="rag-cost"))
        registry.gap()
        registry.change(Claim.objects.get(slug__endswith="examples-gate").current_revision, at=factories.NOON, low=500)
        reappraising.work("the walk")
        fay = factories.member("fay", role=Membership.Role.FIRM_ADMIN)
        firm_frameworks.upload(by=fay)
        hook, _ = webhooks.add(
            by=fay, at=factories.NOON, firm=factories.firm(), url="https://hooks.example.org/", events=["report.issued"]
        )
        webhooks.test(by=fay, at=factories.NOON, endpoint=hook)
        branding.save(by=fay, at=factories.NOON, firm=factories.firm(), brand=Brand(cover_text=OURS[0]))
        rerun = Assessment.objects.get(firm__slug="northwind", state="draft")
        batch = batches.start(by=factories.consultant(), at=factories.NOON, assessments=[rerun])
        batches.work(batch.pk, taker="the walk")
        SavedView.objects.create(person=registry.editor(), name="Prices", query="list=recheck")
        yield {
            "anonymous": AnonymousUser(),
            "editor": registry.editor(),
            "reviewer": registry.reviewer(),
            "manager": registry.manager(),
            "consultant": factories.consultant(),
            "firm_admin": fay,
            "rival": factories.consultant(eastgate),
            "reader": factories.member("rea", role=reads, client=client),
            "other_reader": factories.member("otto", role=reads, client=other),
        }
        transaction.set_rollback(True)


def a_total_and_a_judgement() -> None:
    """What the admin shows of bodies of evidence, on the small registry."""
    by, at = registry.manager(), factories.NOON
    claim, part = Claim.objects.get(slug="rag-cost"), Claim.objects.get(slug="rag-cost-basic")
    operations.state_total(by=by, at=at, claim=claim, operation="sum", parts=[(part, 2)])
    operations.judge_certainty(
        by=by, at=at, subject=claim.subject, metric=claim.metric, scope={}, starts_from="low", note="Two claims."
    )


def case_of(slug: str, client: str, title: str) -> Assessment:
    """A final case of a firm's client, and its successor as a draft."""
    of = factories.firm(slug)
    by = factories.consultant(of)
    draft = assessing.create_assessment(
        by=by,
        at=factories.NOON,
        client=factories.client(client, of=of),
        title=title,
        answers=factories.worked_answers(),
    )
    final = assessing.finalise(by=by, at=factories.NOON, assessment=draft)
    assessing.rerun(by=by, at=factories.NOON, assessment=final)
    return final


@pytest.fixture
def walk(world, db):
    """The people of the world, in a savepoint of its own."""
    return world


def signed_in(person: Person | AnonymousUser) -> Browser:
    browser = Browser()
    if isinstance(person, Person):
        browser.force_login(person)
    return browser


def object_in_admin(model: str) -> Any:
    """Some row of a model, as its address in the admin names it."""
    app, _, name = model.partition("_")
    return ContentType.objects.get_by_natural_key(app, name).model_class()._default_manager.order_by("pk").first()


def rag_cost() -> Claim:
    return Claim.objects.get(slug="rag-cost")


ENDPOINT_PAGES = ("endpoint", "change", "rotate", "test", "pause", "resume", "delete")
# The row that an address takes which does not say so by its name.
ROWS = {
    "admin:auth_user_password_change": Person.objects.first,
    "admin:claims_statedtotal_withdraw": lambda: object_in_admin("claims_statedtotal"),
    "queue:recheck": rag_cost,
    "queue:review": rag_cost,
    "queue:consequences": rag_cost,
    "queue:task": Task.objects.get,
    "reports:batch": Batch.objects.get,
    "reports:batch-again": Batch.objects.get,
    "reports:batch-zip": Batch.objects.get,
    "reports:brand-version": BrandVersion.objects.get,
    "reports:brand-restore": BrandVersion.objects.get,
    "reports:brand-logo": BrandVersion.objects.get,
    **{f"webhooks:{name}": WebhookEndpoint.objects.get for name in ENDPOINT_PAGES},
    **{f"webhooks:{name}": WebhookDelivery.objects.get for name in ("delivery", "again")},
    "queue:gap": Gap.objects.first,
    "queue:delete-view": SavedView.objects.get,
}


def address(key: str, expected: Expected) -> str:
    """The address of a pattern; the admin's take a row that is there."""
    arguments = dict(expected.arguments)
    if "path" in arguments:
        return str(arguments["path"])
    if (
        key.endswith(("_history", "_delete", "_change", "_apply", "_undo"))
        and key.startswith("admin:")
        and "password" not in key
    ):
        model = key.removeprefix("admin:").rpartition("_")[0]
        return reverse(key, args=[object_in_admin(model).pk])
    if key in ROWS:
        return reverse(key, args=[ROWS[key]().pk])
    if key.removeprefix("admin:claims_claim_") in ("step", "differences", "restore"):
        return reverse(key, args=[rag_cost().pk, *arguments.values()])
    if key == "admin:view_on_site":
        source = Source.objects.first()
        return reverse(key, args=[ContentType.objects.get_for_model(Source).pk, source.pk])
    return reverse(key, kwargs=arguments)


def test_every_address_is_in_the_table():
    keys = [key for key, _ in patterns(get_resolver())]
    assert set(keys) == set(TABLE)


@pytest.mark.parametrize("key", TABLE)
def test_each_role_gets_what_it_may_have(walk, key):
    expected = TABLE[key]
    where = address(key, expected)
    for role, status in zip(ROLES, expected.statuses, strict=True):
        with transaction.atomic():
            body = {"content_type": "application/json"} if expected.method == "post" and "/api/" in where else {}
            response = getattr(signed_in(walk[role]), expected.method)(where, **body)
            transaction.set_rollback(True)
        assert response.status_code == status, (role, where)
        if status != 200:
            continue
        page = response.getvalue()
        assert response.get("Content-Length", str(len(page))) == str(len(page)), (role, where)
        for ours in OURS:
            if role not in OWNERS | {"reader"}:
                assert ours.encode() not in page, (role, where)
        for theirs in THEIRS:
            if role != "rival":
                assert theirs.encode() not in page, (role, where)


@pytest.mark.parametrize("role", [role for role in ROLES if role not in OWNERS])
@pytest.mark.parametrize(
    "key", ["step", "assumptions", "scope", "scenarios", "scenario-delete", "copy", "frameworks", "finalise", "rerun"]
)
def test_nobody_else_writes_to_a_case(walk, role, key):
    before = list(Assessment.objects.order_by("pk").values_list("reference", "state", "version"))
    arguments = TABLE[f"assessments:{key}"].arguments
    answer = signed_in(walk[role]).post(reverse(f"assessments:{key}", kwargs=arguments), {"version": "1"})
    assert answer.status_code == (302 if role == "anonymous" else 404)
    assert list(Assessment.objects.order_by("pk").values_list("reference", "state", "version")) == before


def test_a_search_finds_nothing_of_another_firm(walk):
    ours = factories.client(OURS[0])
    rival = signed_in(walk["rival"])
    for name in ("assessment-list", "client-list", "assessment-create"):
        page = rival.get(reverse(f"assessments:{name}"), {"client": ours.pk, "q": "Meridian"}).content.decode()
        assert not any(text in page for text in OURS), name
        assert "A-2026-0001" not in page, name


def test_a_client_of_another_firm_cannot_be_assessed(walk):
    theirs = factories.client(OURS[0])
    response = signed_in(walk["rival"]).post(
        reverse("assessments:assessment-create"),
        {"client": theirs.pk, "title": "Mine", "language": "en", "currency": "USD", "new_client": ""},
    )
    assert "Select a valid choice" in response.content.decode()
    assert not Assessment.objects.filter(title="Mine").exists()


def test_the_operator_of_the_site_sees_no_case(walk):
    root = signed_in(factories.make_person("root", is_superuser=True, is_staff=True))
    for key in ("overview", "step", "answers", "assumptions", "scope", "result", "finalise"):
        assert root.get(reverse(f"assessments:{key}", kwargs=TABLE[f"assessments:{key}"].arguments)).status_code == 404
    assert root.get(reverse("assessments:assessment-list")).status_code == 404


def test_a_visitor_is_nobody_to_every_queryset(walk):
    assert not Assessment.objects.visible_to(AnonymousUser()).exists()
