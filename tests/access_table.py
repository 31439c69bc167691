"""Every address of the project and what each role gets there: the table that tests/test_access.py walks."""

from typing import Any, NamedTuple

ROLES = ("anonymous", "editor", "reviewer", "manager", "consultant", "firm_admin", "rival", "reader", "other_reader")


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


def firm_admin(status: int, **options: Any) -> Expected:
    """For the admins of the firm; its other people find nothing either."""
    method = options.pop("method", "get")
    return Expected((302, 404, 404, 404, 404, status, 404, 404, 404), options, method)


def program(status: int, *, reader: int = 404, rival: int = 404, **options: Any) -> Expected:
    """For the firm's own people through the API; a visitor is asked who it is, others find nothing."""
    method = options.pop("method", "get")
    return Expected((401, 404, 404, 404, status, status, rival, reader, 404), options, method)


def desk(editor: int, reviewer: int, manager: int, **arguments: Any) -> Expected:
    """For the people of the registry; everybody else is sent to the admin's login."""
    method = arguments.pop("method", "get")
    return Expected((302, editor, reviewer, manager, 302, 302, 302, 302, 302), arguments, method)


CASE = {"reference": "A-2026-0001"}
DRAFT = {"reference": "A-2026-0002"}
FRAMEWORK = {"firm": "northwind", "framework": "upkeep-first"}
PAGES = {
    "home": everybody(),
    "claims:claim-list": everybody(),
    **{f"claims:claim-list-{kind}": everybody() for kind in ("csv", "xlsx", "yaml", "jsonl")},
    "claims:claim-detail": everybody(slug="rag-cost"),
    "claims:revision-detail": everybody(slug="rag-cost", number=1),
    "claims:claim-differences": everybody(slug="rag-cost"),
    **{f"claims:{name}": everybody() for name in ("topic-list", "source-list", "change-list", "change-feed")},
    "claims:topic-feed": everybody(slug="costs"),
    "claims:topic-detail": everybody(slug="costs"),
    "claims:source-detail": everybody(slug="a-blog"),
    "claims:compare-index": everybody(),
    "claims:compare": everybody(metric="build-cost"),
    "claims:body": everybody(metric="build-cost", subject="rag"),
    "claims:method": everybody(),
    "api-root": everybody(),
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
    "api-compare": everybody(path="/api/v1/compare/?metric=build-cost"),
    "api-lookup": Expected(
        (400,) * len(ROLES), {}, "post"
    ),  # an empty object: tests/claims/test_api_lookup.py sends lists
    **{f"api-claims-{form}": everybody() for form in ("csv", "jsonl")},
    "api-dataset": everybody(),
    "api-schema": everybody(),
    **{f"api-{name}": everybody() for name in ("docs", "guide", "recipes")},
    "api-assessment-list": program(200, rival=200),
    "api-assessment-detail": program(200, **CASE),
    "api-assessment-evaluate": program(200, method="post", **CASE),
    "api-assessment-issue": program(400, method="post", **DRAFT),
    "api-report-pdf": program(200, reader=200, **CASE),
    "tokens": Expected((302, 404, 404, 404, 200, 200, 200, 200, 200)),
    "token-revoke": firm(404, method="post", token=0),
    "api/v1/<path:rest>/": everybody(404, path="/api/v1/nothing/"),
    "payback": everybody(),
    "healthz": everybody(),
    "readyz": everybody(),
    "login": Expected((200, *(302,) * 8)),
    "logout": Expected((200,) * len(ROLES), {}, "post"),
    "assessments:assessment-list": firm(200, rival=200),
    "assessments:again": firm(200, rival=200),
    "assessments:assessment-create": firm(200, rival=200),
    "assessments:client-list": firm(200, rival=200),
    "assessments:overview": firm(302, **DRAFT),
    "assessments:step": firm(200, step="data", **DRAFT),
    "assessments:autosave": firm(200, step="task", **DRAFT),
    "assessments:answers": firm(200, **DRAFT),
    "assessments:assumptions": firm(200, **DRAFT),
    "assessments:scope": firm(200, **DRAFT),
    "assessments:months": firm(200, **DRAFT),
    "assessments:months-file": firm(200, **DRAFT),
    "assessments:result": firm(200, **DRAFT),
    "assessments:what-if": firm(200, **DRAFT),
    "assessments:scenarios": firm(302, method="post", **DRAFT),
    "assessments:scenario-compare": firm(200, **DRAFT),
    "assessments:scenario-delete": firm(302, method="post", **DRAFT),
    "assessments:compare": firm(200, **DRAFT),
    "assessments:copy": firm(200, **DRAFT),
    "assessments:finalise": firm(200, **DRAFT),
    "assessments:frameworks": firm(200, **DRAFT),
    "assessments:framework-list": firm(200, rival=200),
    "assessments:framework-upload": firm_admin(200, firm="northwind"),
    "assessments:framework-choice": firm_admin(200, firm="northwind"),
    "assessments:framework-version": firm(200, **FRAMEWORK, number=1),
    "assessments:framework-file": firm(200, **FRAMEWORK, number=1),
    "assessments:framework-withdraw": firm_admin(302, method="post", **FRAMEWORK),
    "assessments:framework-restore": firm_admin(302, method="post", **FRAMEWORK),
    "assessments:rerun": firm(302, method="post", **CASE),
    "webhooks:list": firm_admin(200),
    "webhooks:add": firm_admin(200, firm="northwind"),
    **{f"webhooks:{name}": firm_admin(200) for name in ("endpoint", "change", "delivery")},
    "webhooks:rotate": firm_admin(200, method="post"),
    **{f"webhooks:{name}": firm_admin(302, method="post") for name in ("test", "pause", "resume", "delete", "again")},
    "reports:report-list": firm(200, rival=200, reader=200, other_reader=200),
    "reports:pdf": firm(200, reader=200, **CASE),
    **{
        f"reports:{name}-{form}": firm(200, reader=200, **CASE)
        for name in ("evidence", "costs")
        for form in ("csv", "xlsx")
    },
    "reports:links": firm(200, **CASE),
    "reports:link-revoke": firm(404, method="post", link=0, **CASE),
    "reports:protected": firm(200, reader=200, **CASE),
    "reports:signing": firm(200, firm="northwind"),
    "reports:signing-retire": firm_admin(302, method="post", firm="northwind"),
    "reports:shared": everybody(404, token="a-token-that-nobody-was-given"),
    "reports:chart": firm(404, name="totals", **CASE),  # the small registry prices nothing: tests/reports draws them
    "reports:issue": firm(302, method="post", **DRAFT),
    "reports:version": firm(200, **CASE),
    **{f"reports:version-{act}": firm(404, method="post", saved=0, **CASE) for act in ("rename", "remove")},
    "reports:log": firm(200, **CASE),
    "reports:batch-list": firm(200, rival=200),
    "reports:batch": firm(200),
    "reports:batch-again": firm(302, method="post"),
    "reports:batch-zip": firm(200),
    "reports:brand-list": firm(200, rival=200),
    "reports:brand": firm(200, firm="northwind"),
    "reports:client-brand": firm(404, firm="northwind", client=0),
    "reports:brand-version": firm(200),
    "reports:brand-restore": firm_admin(302, method="post"),
    "reports:brand-logo": firm(404),  # this version has none: tests/reports see one
    "reports:shared-sheet": everybody(404, token="a-token-that-nobody-was-given"),
    "reports:shared-logo": everybody(404, token="a-token-that-nobody-was-given"),
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
    "queue:gap": desk(200, 200, 200),
    "queue:consequences": desk(200, 200, 200),
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
    "reports_download",
    "reports_sharedlink",
    "reports_sharedview",
    "reports_batch",
    "reports_savedlayout",
)
PROGRESS = "assessments_reappraisalround"  # how far re-evaluation has come: for who manages the registry


def admin_of_models() -> dict[str, Expected]:
    """The six addresses of each model in the admin."""
    found = {}
    for model in (*REGISTRY_ADDS, *OPERATORS, PROGRESS):
        reads = (403, 403, 200) if model == PROGRESS else (403,) * 3 if model in OPERATORS else (200,) * 3
        adds = REGISTRY_ADDS.get(model, (403, 403, 403))
        for action in ("changelist", "history", "change"):
            found[f"admin:{model}_{action}"] = desk(*reads)
        found[f"admin:{model}_add"] = desk(*adds)
        found[f"admin:{model}_delete"] = desk(403, 403, 403)
        shortcut = f"admin/{model.replace('_', '/', 1)}/<path:object_id>/"
        found[shortcut] = desk(302, 302, 302, path=f"/{shortcut}".replace("<path:object_id>", "1"))
    found["admin:claims_act_history"] = desk(404, 404, 404)  # an act never changes
    return found


TABLE = PAGES | ADMIN | admin_of_models()
