"""Assessments for programs: begun, answered, evaluated and read. Issuing and the PDF belong to `reports/api.py`.

The verbs are those of the pages, and so are the forms: what a page refuses, this refuses in the same words.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import parse_etags
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from assessments import case_documents, case_pages, given_answers, operations, supposing
from assessments.api_problems import Refused, fields, wrong_fields
from assessments.api_schema import ANSWER, CREATE, EVALUATE, LIST, READ
from assessments.caller_view import JSON, CallerView, etag_of
from assessments.drafts import lock
from assessments.forms import AssessmentForm
from assessments.idempotency import Answer
from assessments.json_body import members, name_the_words
from assessments.models import Assessment, Client, Firm
from claims.api_errors import BadParameters
from claims.models import Person

CREATED_FROM = ("firm", "client", "new_client", "title", "language", "currency")


class CreateForm(AssessmentForm):
    """The form of the page, of one firm, with its clients by name."""

    def __init__(self, data: Mapping[str, Any], *, person: Person, firm: Firm) -> None:
        super().__init__(data, person=person)
        self.fields.pop("firm", None)
        client = self.fields["client"]
        client.queryset, client.to_field_name = Client.objects.visible_to(person).filter(firm=firm), "name"
        client.error_messages["invalid_choice"] = "The firm has no client of this name: enter one as `new_client`."


class AssessmentListView(CallerView):
    """The cases of one's firms."""

    @extend_schema(operation_id="assessments_list", **LIST)
    def get(self, request: Request) -> HttpResponse:
        """The assessments of one's firm, newest first, a page at a time."""
        if not self.caller.firms().exists():
            raise NotFound("You work on no assessments.")
        found = case_pages.CaseList(request.query_params)
        if found.wrong:
            raise BadParameters(found.wrong)
        cases = self.caller.cases().select_related("client", "firm", "changed_by", "predecessor")
        shown, after, before = found.page(cases.defer("result", "predecessor__result"))
        here = request.build_absolute_uri(request.path)
        return self.told(
            {
                "next": f"{here}?{after}" if after else None,
                "previous": f"{here}?{before}" if before else None,
                "results": [case_documents.row(case) for case in shown],
            }
        )

    @extend_schema(operation_id="assessments_create", **CREATE)
    def post(self, request: Request) -> HttpResponse:
        """Begin an assessment for a client that is there, or for a new one."""
        body = members(request, CREATED_FROM)
        firm = self.firm(body.pop("firm", None))
        return self.written(firm, lambda: self.begin(firm, body))

    def firm(self, slug: Any) -> Firm:
        """The firm that advises. It has to be named by who works for several."""
        firms = list(self.caller.firms())
        if not firms:
            raise NotFound("You work on no assessments.")
        named = [firm for firm in firms if slug in (None, firm.slug)]
        if len(named) != 1:
            raise wrong_fields({"firm": [f"Name one of your firms: {', '.join(firm.slug for firm in firms)}."]})
        return named[0]

    def begin(self, firm: Firm, body: Mapping[str, Any]) -> Answer:
        """Do it."""
        if wrong := {name: ["Give a text."] for name, value in body.items() if not isinstance(value, str)}:
            raise wrong_fields(wrong)
        form = CreateForm({"language": "en", "currency": "USD"} | dict(body), person=self.caller.person, firm=firm)
        name_the_words(form)
        if form.is_valid():
            given = form.cleaned_data
            try:
                case = operations.begin_case(
                    by=self.caller.person,
                    at=timezone.now(),
                    firm=firm,
                    client=given["client"],
                    new_client=given["new_client"],
                    title=given["title"],
                    language=given["language"],
                    currency=given["currency"],
                )
            except ValidationError as error:
                form.add_error("new_client", error.messages)
            else:
                return _changed(case, HTTPStatus.CREATED, Location=case_documents.row(case)["url"])
        raise wrong_fields(form.errors)


class AssessmentDetailView(CallerView):
    """One case."""

    http_method_names = ["get", "head", "patch", "options"]

    @extend_schema(operation_id="assessments_get", **READ)
    def get(self, request: Request, reference: str) -> HttpResponse:
        """The assessment: its answers, what they lack, and the result once it is final."""
        self.refuse_parameters()
        return self.told(case_documents.whole(self.case(reference)))

    @extend_schema(operation_id="assessments_answer", **ANSWER)
    def patch(self, request: Request, reference: str) -> HttpResponse:
        """Answer some questions of a draft: all that are sent are stored, or none."""
        case = self.case(reference)
        body = members(request, ("version", "answers"))
        return self.written(case.firm, lambda: self.answer(case, body))

    @transaction.atomic
    def answer(self, case: Assessment, body: Mapping[str, Any]) -> Answer:
        """Do it."""
        lock(case)
        case = self.case(case.reference)  # as it is now, with what its document names
        self.require_unchanged(case)
        version, given = body.get("version"), body.get("answers")
        wrong = {}
        if not isinstance(version, int) or isinstance(version, bool) or version < 1:
            wrong["version"] = ["Send the `version` of the assessment as you read it, a whole number."]
        if not isinstance(given, dict) or not given:
            wrong["answers"] = ["Send an object with an answer for each question, such as {“n_examples”: 1200}."]
        if wrong:
            raise wrong_fields(wrong)
        if version > case.version:
            raise Refused(f"{case.reference} is at version {case.version}: read it again.", version=case.version)
        answers, faults = given_answers.read(given, case)
        if faults:
            raise wrong_fields({f"answers.{name}": messages for name, messages in faults.items()})
        try:
            operations.save_answers(
                by=self.caller.person, at=timezone.now(), assessment=case, version=version, answers=answers
            )
        except operations.AnswersChanged as conflict:
            raise Refused(
                f"{conflict.by} changed the same answers after version {version}. Nothing was stored: compare with "
                f"`stored`, and send again what shall stand, with version {conflict.version}.",
                version=conflict.version,
                stored=conflict.stored,
            ) from None
        except operations.OperationRefused as refusal:
            raise Refused(str(refusal)) from None
        return _changed(self.case(case.reference), HTTPStatus.OK)

    def require_unchanged(self, case: Assessment) -> None:
        """Raises 412 where the client wants to write to another state than there is (`If-Match`)."""
        wanted = self.request.headers.get("If-Match")
        if wanted is None or wanted.strip() == "*":
            return
        if etag_of(case_documents.whole(case)) not in parse_etags(wanted):
            raise Refused(
                f"{case.reference} is not as you read it: read it again.",
                status=HTTPStatus.PRECONDITION_FAILED,
                version=case.version,
            )


class AssessmentEvaluateView(CallerView):
    """What a case comes to."""

    http_method_names = ["post", "options"]

    @extend_schema(operation_id="assessments_evaluate", **EVALUATE)
    def post(self, request: Request, reference: str) -> HttpResponse:
        """The result of a draft on today's evidence, or the frozen one of a final assessment. Stores nothing."""
        self.refuse_parameters()
        case = self.case(reference)
        members(request, ())
        return HttpResponse(orjson.dumps(_judged(case)), content_type=JSON)


def _judged(case: Assessment) -> Mapping[str, Any]:
    """The result. Raises 409 with the questions that are open, or with what else is in the way."""
    try:
        return supposing.saved(case, today=timezone.localdate())
    except operations.FrameworkUnfit as error:
        raise Refused(str(error)) from None
    except operations.AnswersError as error:
        raise unanswered(case, error) from None
    except operations.CurrencyError as error:
        raise Refused(str(error)) from None


def unanswered(case: Assessment, error: operations.AnswersError) -> Refused:
    """What keeps a case from being judged, question by question."""
    messages = {f"answers.{question}": [message] for question, message in error.errors}
    return Refused(f"{case.reference} cannot be judged yet: answers are missing.", errors=fields(messages))


def _changed(case: Assessment, status: HTTPStatus, **headers: str) -> Answer:
    body = case_documents.whole(case)
    return Answer(status, body, {"ETag": etag_of(body), **headers})
