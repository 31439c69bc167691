import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from assessments import operations
from assessments.models import Assessment, Client, Firm, Membership
from tests import factories
from tests.claims.factories import editor, manager

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_firms():
    ours, theirs = factories.firm("northwind"), factories.firm("eastgate")
    for firm in (ours, theirs):
        factories.assessment(of=firm)
    return ours, theirs


@pytest.mark.parametrize("role", [Membership.Role.CONSULTANT, Membership.Role.FIRM_ADMIN])
def test_people_of_a_firm_see_that_firm_and_no_other(two_firms, role):
    ours, _ = two_firms
    person = factories.member("nora", of=ours, role=role)
    for model in (Firm, Client, Assessment):
        seen = model.objects.visible_to(person)
        assert {getattr(one, "firm", one) for one in seen} == {ours}


def test_a_member_of_two_firms_sees_both(two_firms):
    ours, theirs = two_firms
    person = factories.member("nora", of=ours)
    operations.add_member(by=person, at=factories.NOON, firm=theirs, person=person, role="firm_admin")
    assert set(Firm.objects.visible_to(person)) == {ours, theirs}
    assert Assessment.objects.visible_to(person).count() == 2


def test_a_client_reader_an_editor_a_superuser_and_a_stranger_see_no_case(two_firms):
    ours, _ = two_firms
    reader = factories.member("rea", of=ours, role="client_reader", client=factories.client(of=ours))
    root = factories.make_person("root", is_superuser=True, is_staff=True)
    for person in (reader, editor(), manager(), root, AnonymousUser()):
        for model in (Firm, Client, Assessment):
            assert not model.objects.visible_to(person).exists(), (person, model)


def test_a_client_reader_has_a_client_and_nobody_else_has_one():
    client = factories.client()
    person = factories.make_person("rea")
    with pytest.raises(ValidationError, match="A client reader reads one client's reports"):
        operations.add_member(by=person, at=factories.NOON, firm=client.firm, person=person, role="client_reader")
    with pytest.raises(ValidationError, match="A client reader reads one client's reports"):
        operations.add_member(
            by=person, at=factories.NOON, firm=client.firm, person=person, role="consultant", client=client
        )


def test_a_client_reader_cannot_read_another_firms_client():
    client = factories.client()
    person = factories.make_person("rea")
    with pytest.raises(ValidationError, match="belongs to another firm"):
        operations.add_member(
            by=person,
            at=factories.NOON,
            firm=factories.firm("eastgate"),
            person=person,
            role="client_reader",
            client=client,
        )


def test_one_role_is_given_once():
    person = factories.member("nora")
    with pytest.raises(ValidationError, match="has this role in the firm already"):
        operations.add_member(
            by=person, at=factories.NOON, firm=factories.firm(), person=person, role=Membership.Role.CONSULTANT
        )


def test_the_schema_refuses_a_final_assessment_without_a_result():
    draft = factories.assessment()
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.filter(pk=draft.pk).update(state="final")


def test_the_database_refuses_to_change_or_delete_what_is_final(final_assessment):
    same = Assessment.objects.filter(pk=final_assessment.pk)
    for change in ({"result": "{}"}, {"answers": {}}, {"digest": "sha256:0"}, {"state": "draft"}, {"title": "x"}):
        with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
            same.update(**change)
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        final_assessment.citations.all().delete()
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        same._raw_delete(same.db)
    assert Assessment.objects.get(pk=final_assessment.pk).result == final_assessment.result


def test_a_draft_may_change_and_go():
    draft = factories.assessment()
    Assessment.objects.filter(pk=draft.pk).update(title="Another title")
    draft.delete()
    assert Assessment.objects.count() == 0
