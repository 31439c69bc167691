"""Every address of the project, asked for by every role: who gets in, and who learns nothing.

An address that is not in the tables below fails the first test, so nothing is added without deciding who may see it.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from assessments import operations as assessing
from assessments.models import Assessment, Membership
from claims import importing, operations
from claims.models import Claim, Person, SavedView, Source, Task
from reports import operations as reporting
from reports.models import WrittenFile
from tests import factories
from tests.claims import factories as registry
from tests.claims import shelf

ROLES = ("anonymous", "editor", "reviewer", "manager", "consultant", "firm_admin", "rival", "reader", "other_reader")
OWNERS = {"consultant", "firm_admin"}
OURS = ("Meridian Mutual", "Whether to fine-tune the triage")
THEIRS = ("Harbour Logistics", "What to do about delivery notes")
"""Client and title of a case of Northwind, and of its rival."""


class Expected(NamedTuple):
    """Statuses in the order of ROLES, with what fills the address and how it is asked for."""

    statuses: tuple[int, ...]
    arguments: dict[str, Any] = {}
    method: str = "get"


def everybody(status: int = 200, **arguments: Any) -> Expected:
    return Expected((status,) * len(ROLES), arguments)


def firm(status: int, *, reader: int = 404, other_reader: int = 404, rival: int = 404, **options: Any) -> Expected:
    """For the firm's own people; a visitor is sent to the login, others find nothing."""
    method = options.pop("method", "get")
    return Expected((302, 404, 404, 404, status, status, rival, reader, other_reader), options, method)


def desk(editor: int, reviewer: int, manager: int, **arguments: Any) -> Expected:
    """For the people of the registry; everybody else is sent to the admin's login."""
    method = arguments.pop("method", "get")
    return Expected((302, editor, reviewer, manager, 302, 302, 302, 302, 302), arguments, method)


CASE = {"reference": "A-2026-0001"}
DRAFT = {"reference": "A-2026-0002"}
PAGES = {
    "home": everybody(),
    "claims:claim-list": everybody(),
    "claims:claim-list-csv": everybody(),
    "claims:claim-list-xlsx": everybody(),
    "claims:claim-list-yaml": everybody(),
    "claims:claim-list-jsonl": everybody(),
    "claims:claim-detail": everybody(slug="rag-cost"),
    "claims:revision-detail": everybody(slug="rag-cost", number=1),
    "claims:claim-differences": everybody(slug="rag-cost"),
    "claims:topic-list": everybody(),
    "claims:topic-detail": everybody(slug="costs"),
    "claims:source-list": everybody(),
    "claims:source-detail": everybody(slug="a-blog"),
    "claims:change-list": everybody(),
    "claims:change-feed": everybody(),
    "claims:compare-index": everybody(),
    "claims:compare": everybody(metric="build-cost"),
    "claims:body": everybody(metric="build-cost", subject="rag"),
    "claims:method": everybody(),
    "api-claim-list": everybody(),
    "api-claim-detail": everybody(slug="rag-cost"),
    "api-revision-detail": everybody(slug="rag-cost", number=1),
    "api-revision-list": everybody(slug="rag-cost"),
    "api-check-list": everybody(slug="rag-cost"),
    "api-topic-list": everybody(),
    "api-topic-detail": everybody(slug="costs"),
    "api-subject-list": everybody(),
    "api-subject-detail": everybody(slug="rag"),
    "api-metric-list": everybody(),
    "api-metric-detail": everybody(slug="build-cost"),
    "api-source-list": everybody(),
    "api-source-detail": everybody(slug="a-blog"),
    "api-conflict-list": everybody(),
    "api-change-list": everybody(),
    "api-schema": everybody(),
    "api-docs": everybody(),
    "api/v1/<path:rest>/": everybody(404, path="/api/v1/nothing/"),
    "healthz": everybody(),
    "readyz": everybody(),
    "login": Expected((200, *(302,) * 8)),
    "logout": Expected((200,) * len(ROLES), {}, "post"),
    "assessments:assessment-list": firm(200, rival=200),
    "assessments:assessment-create": firm(200, rival=200),
    "assessments:client-list": firm(200, rival=200),
    "assessments:overview": firm(302, **DRAFT),
    "assessments:step": firm(200, step="data", **DRAFT),
    "assessments:answers": firm(200, **DRAFT),
    "assessments:result": firm(200, **DRAFT),
    "assessments:finalise": firm(200, **DRAFT),
    "assessments:rerun": firm(302, method="post", **CASE),
    "reports:report-list": firm(200, rival=200, reader=200, other_reader=200),
    "reports:pdf": firm(200, reader=200, **CASE),
    "reports:chart": firm(404, name="totals", **CASE),  # the small registry prices nothing: tests/reports draws them
    "reports:issue": firm(302, method="post", **DRAFT),
    "reports:verify": everybody(),
    "reports:verified": everybody(404, digest="0" * 64),
}
ADMIN = {
    "admin:index": desk(200, 200, 200),
    "admin:login": Expected((200, 302, 302, 302, 200, 200, 200, 200, 200)),
    "admin:logout": Expected((302, 200, 200, 200, 302, 302, 302, 302, 302), {}, "post"),
    "admin:password_change": desk(200, 200, 200),
    "admin:password_change_done": desk(200, 200, 200),
    "admin:autocomplete": desk(403, 403, 403),
    "admin:jsi18n": desk(200, 200, 200),
    "admin:view_on_site": desk(302, 302, 302),
    "admin:claims_claim_step": desk(200, 200, 200, verb="check"),
    "admin:claims_statedtotal_withdraw": desk(200, 403, 200),
    "admin:claims_claim_export_csv": desk(200, 200, 200),
    "admin:claims_claim_export_xlsx": desk(200, 200, 200),
    "admin:claims_claim_export_yaml": desk(200, 200, 200),
    "admin:claims_importbatch_changelist": desk(200, 403, 200),
    "admin:claims_importbatch_add": desk(200, 403, 200),
    "admin:claims_importbatch_change": desk(200, 403, 200),
    "admin:claims_importbatch_history": desk(200, 403, 200),
    "admin:claims_importbatch_delete": desk(403, 403, 403),
    # Whose file it is, and whether it can be applied, the operation says: the page says why not.
    "admin:claims_importbatch_apply": Expected((302, 302, 403, 302, 302, 302, 302, 302, 302), {}, "post"),
    "admin:claims_importbatch_undo": desk(200, 403, 200),
    "admin/claims/importbatch/<path:object_id>/": desk(302, 302, 302, path="/admin/claims/importbatch/1/"),
    "queue:index": desk(200, 200, 200),
    "queue:start": desk(302, 302, 302, method="post"),
    "queue:next": desk(302, 302, 302),
    "queue:take": desk(302, 302, 302, method="post", kind="recheck", item=1),
    "queue:save-view": desk(302, 302, 302, method="post"),
    "queue:delete-view": desk(302, 404, 404, method="post"),
    "queue:task": desk(200, 200, 200),
    "queue:digest": desk(200, 200, 200),
    "queue:recheck": desk(200, 200, 200),
    "queue:review": desk(200, 200, 200),
    "admin:claims_claim_differences": desk(200, 200, 200),
    "admin:claims_claim_restore": desk(200, 403, 200, number=1),
    "admin:app_list": desk(200, 200, 200, app_label="claims"),
    "admin/(?P<url>.*)$": desk(404, 404, 404, path="/admin/nothing"),
    "admin:auth_user_password_change": desk(403, 403, 403),
}
# Who may add; whoever keeps the registry reads all of it and deletes nothing of it.
REGISTRY_ADDS = {
    "claims_claim": (200, 403, 200),
    "claims_conflict": (200, 403, 200),
    "claims_act": (403, 403, 403),
    "claims_source": (200, 403, 200),
    "claims_topic": (403, 403, 200),
    "claims_subject": (403, 403, 200),
    "claims_metric": (403, 403, 200),
    "claims_metricfamily": (403, 403, 200),
    "claims_statedtotal": (200, 403, 200),
    "claims_certaintyjudgement": (200, 200, 200),
}
# People, firms and reports are the operator's, who is none of these roles.
OPERATORS = (
    "auth_group",
    "claims_person",
    "assessments_firm",
    "assessments_membership",
    "reports_report",
    "reports_writtenfile",
)


def admin_of_models() -> dict[str, Expected]:
    """The six addresses of each model in the admin."""
    found = {}
    for model in (*REGISTRY_ADDS, *OPERATORS):
        reads = 403 if model in OPERATORS else 200
        adds = REGISTRY_ADDS.get(model, (403, 403, 403))
        for action in ("changelist", "history", "change"):
            found[f"admin:{model}_{action}"] = desk(reads, reads, reads)
        found[f"admin:{model}_add"] = desk(*adds)
        found[f"admin:{model}_delete"] = desk(403, 403, 403)
        shortcut = f"admin/{model.replace('_', '/', 1)}/<path:object_id>/"
        found[shortcut] = desk(302, 302, 302, path=f"/{shortcut}".replace("<path:object_id>", "1"))
    found["admin:claims_act_history"] = desk(404, 404, 404)  # an act never changes
    return found


TABLE = PAGES | ADMIN | admin_of_models()


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
        reporting.issue(
            assessment=case_of("northwind", *OURS), by=factories.consultant(), at=factories.NOON, language="en"
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
        SavedView.objects.create(person=registry.editor(), name="Prices", query="list=recheck")
        yield {
            "anonymous": AnonymousUser(),
            "editor": registry.editor(),
            "reviewer": registry.reviewer(),
            "manager": registry.manager(),
            "consultant": factories.consultant(),
            "firm_admin": factories.member("fay", role=Membership.Role.FIRM_ADMIN),
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


# The row that an address takes which does not say so by its name.
ROWS = {
    "admin:auth_user_password_change": Person.objects.first,
    "admin:claims_statedtotal_withdraw": lambda: object_in_admin("claims_statedtotal"),
    "queue:recheck": rag_cost,
    "queue:review": rag_cost,
    "queue:task": Task.objects.get,
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
            response = getattr(signed_in(walk[role]), expected.method)(where)
            transaction.set_rollback(True)
        assert response.status_code == status, (role, where)
        if status != 200:
            continue
        page = response.getvalue()
        for ours in OURS:
            if role not in OWNERS | {"reader"}:
                assert ours.encode() not in page, (role, where)
        for theirs in THEIRS:
            if role != "rival":
                assert theirs.encode() not in page, (role, where)


@pytest.mark.parametrize("role", [role for role in ROLES if role not in OWNERS])
@pytest.mark.parametrize("key", ["step", "finalise", "rerun"])
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
    for key in ("overview", "step", "answers", "result", "finalise"):
        assert root.get(reverse(f"assessments:{key}", kwargs=TABLE[f"assessments:{key}"].arguments)).status_code == 404
    assert root.get(reverse("assessments:assessment-list")).status_code == 404


def test_a_visitor_is_nobody_to_every_queryset(walk):
    assert not Assessment.objects.visible_to(AnonymousUser()).exists()
