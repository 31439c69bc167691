"""A firm's own frameworks: uploading, versions, who may, which ones count, and what final cases keep."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from assessments import copying, operations, own_frameworks, reappraising, supposing
from assessments.engine.errors import FrameworkUnfit
from assessments.models import FirmFramework, FrameworkVersion
from assessments.own_frameworks import MOST_FRAMEWORKS, FrameworkRefused
from claims.operations import OperationRefused
from tests import factories, firm_frameworks
from tests.assessments.engine.own_framework import example

pytestmark = pytest.mark.django_db
DAY = factories.NOON.date()
OURS = "upkeep-first"
ALL = ["simplest-first", "change-and-citation", "five-gates", "payback", OURS]


@pytest.fixture
def version(examples_gate):
    return firm_frameworks.upload()


@pytest.fixture
def draft(version):
    own_frameworks.choose_for_firm(by=firm_frameworks.admin(), firm=factories.firm(), frameworks=ALL)
    return factories.assessment(answers=factories.worked_answers())


def retitled(n):
    return {"title": {"en": f"Upkeep {'again ' * n}".strip(), "es": "Mantenimiento"}}


def ids(result):
    return [(one["id"], one["version"]) for one in result["frameworks"] if "own" in one]


def judged(case):
    return operations.evaluate(case, as_of=DAY).as_dict()


def final(case):
    return operations.finalise(by=factories.consultant(), at=factories.NOON, assessment=case)


def test_a_file_becomes_a_version_with_who_and_when(version):
    assert (version.number, version.framework.slug, version.title) == (1, OURS, "Upkeep first")
    assert (version.uploaded_by.username, version.uploaded_at) == ("admin-northwind", factories.NOON)
    assert version.text == firm_frameworks.content().decode()
    assert version.data == example() | {"claims": []}


def test_the_next_file_of_a_name_is_the_next_version_and_the_first_stays(version):
    second = firm_frameworks.upload(**retitled(1))
    assert (second.framework, second.number) == (version.framework, 2)
    assert FrameworkVersion.objects.get(number=1).title == "Upkeep first"
    assert [one.number for one in FrameworkVersion.objects.current()] == [2]


def test_the_same_file_again_changes_nothing(version):
    with pytest.raises(OperationRefused, match="version 1 of upkeep-first already"):
        firm_frameworks.upload()
    assert FrameworkVersion.objects.count() == 1


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_refuses_to_change_a_version(version, verb):
    rows = FrameworkVersion.objects.filter(pk=version.pk)
    with pytest.raises(IntegrityError, match="immutable"), transaction.atomic():
        rows.update(text="another") if verb == "update" else rows._raw_delete(rows.db)


def test_a_file_with_problems_is_refused_with_all_of_them_and_stores_nothing(examples_gate):
    cases = [{"name": "One", "expect": "own_it"}, {"name": "Two", "answers": {"n_examples": -1}, "expect": "own_it"}]
    with pytest.raises(FrameworkRefused) as refused:
        firm_frameworks.upload(title={"en": "Only English"}, cases=cases)
    assert [str(problem) for problem in refused.value.checked.problems] == [
        "file, title: es: is missing",
        "Two: n_examples: must be from 0 to 10000000, not -1",
    ]
    assert not FirmFramework.objects.exists()


def test_cases_that_come_out_otherwise_are_told_line_by_line(examples_gate):
    cases = example()["cases"]
    cases[0] |= {"expect": "own_it"}
    del cases[5]
    with pytest.raises(FrameworkRefused, match="2 problems") as refused:
        firm_frameworks.upload(cases=cases)
    checked = refused.value.checked
    otherwise, unreached = (str(problem) for problem in checked.problems)
    assert otherwise == (
        "A prompt that meets the targets needs no second look: expect: "
        "expected own_it by a_prompt_is_enough, found keep_it_small by a_prompt_is_enough"
    )
    assert unreached == "nothing_in_the_way: cases: is reached by no case: add one that it decides"
    assert [one.holds for one in checked.outcomes] == [False, True, True, True, True]


def test_what_is_wrong_with_the_base_is_told_once(examples_gate):
    base = example()["base_answers"]
    del base["gaps"]
    with pytest.raises(FrameworkRefused, match="1 problem\\.") as refused:
        firm_frameworks.upload(base_answers=base)
    assert [str(problem) for problem in refused.value.checked.problems] == ["base_answers: gaps: is missing"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "the file is empty"),
        (b"\x00\xff\xfe", "the file is not text in UTF-8"),
        (b"a: &a [x]\nb: [*a, *a]", "line 1: anchors and aliases (& and *) are not read: write the part out"),
        (b"a: " + b"[" * 60_000, "line 1: more than 16 levels inside each other"),
        (b"x" * 70_000, "the file is larger than 64 KB"),
        (b"rules: 5\npoints_at: [1]\nbase_answers: 3", None),
    ],
)
def test_hostile_files_are_refused_in_words(examples_gate, content, why):
    with pytest.raises(FrameworkRefused) as refused:
        own_frameworks.upload(by=firm_frameworks.admin(), at=factories.NOON, firm=factories.firm(), content=content)
    problems = [str(problem) for problem in refused.value.checked.problems]
    assert why is None or problems == [f"file: text: {why}"]
    assert not FirmFramework.objects.exists()


def test_only_admins_of_the_firm_write(version):
    eastgate = factories.firm("eastgate")
    strangers = [factories.consultant(), factories.consultant(eastgate), firm_frameworks.admin(eastgate)]
    framework, at = version.framework, factories.NOON
    for person in strangers:
        for write in (
            lambda by: own_frameworks.upload(by=by, at=at, firm=factories.firm(), content=firm_frameworks.content()),
            lambda by: own_frameworks.withdraw(by=by, at=at, framework=framework),
            lambda by: own_frameworks.restore(by=by, framework=framework),
            lambda by: own_frameworks.choose_for_firm(by=by, firm=factories.firm(), frameworks=ALL),
        ):
            with pytest.raises(OperationRefused, match="is no admin of this firm"):
                write(person)


def test_a_firm_has_only_so_many(examples_gate):
    firm = factories.firm()
    FirmFramework.objects.bulk_create(FirmFramework(firm=firm, slug=f"table-{n}") for n in range(MOST_FRAMEWORKS))
    with pytest.raises(OperationRefused, match="as many as a firm can have"):
        firm_frameworks.upload()


def test_two_firms_may_use_one_name_and_see_only_their_own(version):
    eastgate = factories.firm("eastgate")
    theirs = firm_frameworks.upload(of=eastgate)
    assert theirs.framework != version.framework
    assert list(FirmFramework.objects.visible_to(factories.consultant(eastgate))) == [theirs.framework]
    assert list(FrameworkVersion.objects.visible_to(factories.consultant())) == [version]


def test_the_founding_four_count_until_somebody_chooses(version):
    case = factories.assessment(answers=factories.worked_answers())
    assert [one["id"] for one in judged(case)["frameworks"]] == ALL[:4]
    own_frameworks.choose_for_firm(by=firm_frameworks.admin(), firm=case.firm, frameworks=[OURS, "payback"])
    case.refresh_from_db()
    assert [one["id"] for one in judged(case)["frameworks"]] == ["payback", OURS]


def test_the_choice_of_a_case_goes_before_that_of_its_firm(draft):
    by, at = factories.consultant(), factories.NOON
    case = own_frameworks.choose_for_assessment(by=by, at=at, assessment=draft, frameworks=["five-gates"])
    assert [one["id"] for one in judged(case)["frameworks"]] == ["five-gates"]
    assert case.version == draft.version + 1
    case = own_frameworks.choose_for_assessment(by=by, at=at, assessment=case, frameworks=None)
    assert [one["id"] for one in judged(case)["frameworks"]] == ALL
    again = own_frameworks.choose_for_assessment(by=by, at=at, assessment=case, frameworks=None)
    assert again.version == case.version


@pytest.mark.parametrize(
    ("frameworks", "why"), [([], "Choose at least one"), (["magic"], "no framework magic"), ([OURS], None)]
)
def test_a_choice_is_of_what_the_firm_has_in_use(version, frameworks, why):
    own_frameworks.withdraw(by=firm_frameworks.admin(), at=factories.NOON, framework=version.framework)
    case = factories.assessment()
    with pytest.raises(OperationRefused, match=why or "no framework upkeep-first in use"):
        own_frameworks.choose_for_assessment(
            by=factories.consultant(), at=factories.NOON, assessment=case, frameworks=frameworks
        )


def test_a_withdrawn_framework_is_left_out_until_it_is_restored(draft, version):
    by = firm_frameworks.admin()
    withdrawn = own_frameworks.withdraw(by=by, at=factories.NOON, framework=version.framework)
    assert (withdrawn.withdrawn_by, withdrawn.withdrawn_at) == (by, factories.NOON)
    assert ids(judged(draft)) == []
    assert own_frameworks.withdraw(by=by, at=factories.NOON, framework=withdrawn).withdrawn_at == factories.NOON
    own_frameworks.restore(by=by, framework=withdrawn)
    assert ids(judged(draft)) == [(OURS, "1")]


def test_a_draft_takes_the_newest_version_and_a_final_case_keeps_its_own(draft):
    done = final(draft)
    firm_frameworks.upload(**retitled(1))
    assert ids(judged(done)) == ids(done.result_document) == [(OURS, "1")]
    assert judged(done) == done.result_document
    after = operations.rerun(by=factories.consultant(), at=factories.NOON, assessment=done)
    assert ids(judged(after)) == [(OURS, "2")]


def test_a_final_case_keeps_its_choice_and_its_framework_after_withdrawal(draft, version):
    done = final(draft)
    own_frameworks.withdraw(by=firm_frameworks.admin(), at=factories.NOON, framework=version.framework)
    own_frameworks.choose_for_firm(by=firm_frameworks.admin(), firm=done.firm, frameworks=None)
    done.refresh_from_db()
    assert judged(done) == done.result_document
    with pytest.raises(OperationRefused, match="is final"):
        own_frameworks.choose_for_assessment(
            by=factories.consultant(), at=factories.NOON, assessment=done, frameworks=None
        )


def test_re_evaluation_and_what_if_use_the_version_of_the_case(draft):
    done = final(draft)
    firm_frameworks.upload(**retitled(1))
    evidence = operations.facts.registry(DAY)
    assert reappraising.judged(done, evidence).outcome == "unaffected"
    trial = supposing.tried(done, {"requests_per_month": 5}, today=DAY)
    assert ids(trial.tried) == [(OURS, "1")]
    assert not trial.method_changed


def test_a_framework_that_fits_no_more_is_told_as_such(draft, version):
    """As if its question had gone from the questionnaire since."""
    done = final(draft)
    version.pk, version.number = None, 2
    version.content = version.content.replace("eval_infra", "gone_question")
    version.save(force_insert=True)
    with pytest.raises(FrameworkUnfit, match="upload a version that does"):
        judged(factories.assessment(title="Another", answers=factories.worked_answers()))
    assert judged(done) == done.result_document
    done.result = done.result.replace('"eval_infra","op"', '"gone_question","op"')
    found = reappraising.judged(done, operations.facts.registry(DAY))
    assert (found.outcome, found.reason) == ("not_judged", "framework_does_not_fit")


def test_a_copy_takes_the_choice_along_as_far_as_it_is_in_use(draft, version):
    by, at = factories.consultant(), factories.NOON
    case = own_frameworks.choose_for_assessment(by=by, at=at, assessment=draft, frameworks=["payback", OURS])

    def copied(name):
        return copying.copy_as_template(
            by=by, at=at, assessment=case, title="Labels", assumptions=(), new_client=name
        ).shown_frameworks

    assert copied("Bakery") == ["payback", OURS]
    own_frameworks.withdraw(by=firm_frameworks.admin(), at=at, framework=version.framework)
    assert copied("Brewery") == ["payback"]


@pytest.mark.django_db(transaction=True)
def test_two_uploads_at_once_take_two_numbers(roles):
    factories.examples_gate()
    firm, by = factories.firm(), firm_frameworks.admin()
    start, outcome = threading.Barrier(2), []

    def send(n):
        try:
            file = firm_frameworks.content(**retitled(n))
            start.wait()
            made = own_frameworks.upload(by=by, at=factories.NOON, firm=firm, content=file)
            outcome.append(made.number)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(n,)) for n in (1, 2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(outcome) == [1, 2]
    assert sorted(FrameworkVersion.objects.values_list("number", flat=True)) == [1, 2]
