"""What a program is told of a body that cannot be taken: which member it is, and what would be right."""

import pytest

from assessments import facts
from assessments.models import Assessment
from tests.assessments.programs import V1, errors

pytestmark = pytest.mark.django_db


def test_a_member_that_stands_twice_is_refused_by_its_name(hers, case):
    def send(act, address, text):
        return act(address, text, content_type="application/json", headers=hers.headers)

    begun = send(hers.client.post, V1, '{"title": "a", "title": "b", "new_client": "N"}')
    assert (begun.status_code, errors(begun)) == (400, {"title": "It stands in one object twice."})
    twice = '{"version": 1, "answers": {"n_examples": 100, "regulated": true, "n_examples": 200}}'
    answered = send(hers.client.patch, f"{V1}{case.reference}/", twice)
    assert (answered.status_code, errors(answered)) == (400, {"n_examples": "It stands in one object twice."})
    assert (Assessment.objects.get().version, Assessment.objects.get().answers) == (case.version, case.answers)


def test_what_would_be_right_is_named_where_no_page_shows_it(hers, case):
    answer = hers.answer(
        case, task_type="poetry", task_narrow=1, gaps="facts", requests_per_month={"low": 5, "high": 10}, tokens_in={}
    )
    words = {one.id: [option.value for option in one.options] for one in facts.questionnaire().questions}
    told = [(one["field"].removeprefix("answers."), one["message"]) for one in answer.json()["errors"]]
    assert ("task_type", f"“poetry” is not one of: {', '.join(words['task_type'])}.") in told
    assert ("task_narrow", "“1” is not one of: true, false, unknown.") in told
    assert ("gaps", f"Send a list of: {', '.join(words['gaps'])}, unknown.") in told
    for name in ("requests_per_month", "tokens_in"):
        assert (name, "A range is an object with low, likely and high.") in told


def test_an_invalid_answer_is_refused_though_its_question_does_not_matter(hers, case):
    question = next(one for one in facts.questionnaire().questions if one.shown_when)
    assert list(errors(hers.answer(case, **{question.id: {"odd": 1}}))) == [f"answers.{question.id}"]
