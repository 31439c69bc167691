import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from assessments import operations as assessing
from assessments.models import Assessment, Client, Firm, Membership
from claims.models import Person
from reports import operations as reporting
from reports.models import Report
from reports.sample_case import ANSWERS, TITLE

# Username, first and last name, registry group.
REGISTRY = (
    ("editor", "Elena", "Prieto", "editor"),
    ("reviewer", "Ruben", "Okafor", "reviewer"),
    ("manager", "Mina", "Larsen", "registry-manager"),
)
# Username, first and last name, firm, role.
ADVISERS = (
    ("consultant", "Clara", "Weiss", "northwind", Membership.Role.CONSULTANT),
    ("firmadmin", "Farid", "Haddad", "northwind", Membership.Role.FIRM_ADMIN),
    ("consultant2", "Tomas", "Reyes", "eastgate", Membership.Role.CONSULTANT),
)
READER = ("reader", "Rosa", "Lindqvist")
FIRMS = (("northwind", "Northwind Advisory"), ("eastgate", "Eastgate Partners"))
CLIENT = ("Meridian Mutual", "Insurance")
OTHER_CLIENT = ("Harbour Logistics", "Transport")
BECAUSE = "A sample: assumptions and open questions are left as they are, to show how a report tells them."


class Command(BaseCommand):
    help = (
        "Creates a demo: two firms, people in every role, and one finished assessment with its issued report. "
        "The password is FOOTING_DEMO_PASSWORD, or one that is made once and kept in var/demo-password. "
        "A second run changes nothing."
    )

    def handle(self, **options: Any) -> None:
        at = timezone.now()
        password = self.password()
        with transaction.atomic():
            firms = {slug: self.firm(slug, name) for slug, name in FIRMS}
            for username, first, last, group in REGISTRY:
                person = self.person(username, first, last, password, is_staff=True)
                person.groups.add(Group.objects.get(name=group))
            for username, first, last, firm, role in ADVISERS:
                person = self.person(username, first, last, password)
                self.member(firms[firm], person, role, at=at)
            consultant = Person.objects.get(username="consultant")
            client = self.client(firms["northwind"], CLIENT, by=consultant, at=at)
            self.member(
                firms["northwind"], self.person(*READER, password), Membership.Role.CLIENT_READER, at=at, client=client
            )
            other = Person.objects.get(username="consultant2")
            other_client = self.client(firms["eastgate"], OTHER_CLIENT, by=other, at=at)
            if not other_client.assessments.exists():
                assessing.create_assessment(by=other, at=at, client=other_client, title="Delivery notes", language="es")
            final = self.sample(client, by=consultant, at=at)
        path = self.report(final, by=consultant, at=at)
        self.stdout.write(f"Password of all demo logins: {password}")
        for username, role in self.logins():
            self.stdout.write(f"  {username:<12} {role}")
        self.stdout.write(f"Sample report: {path}")

    def password(self) -> str:
        """The one of the environment, else the one kept in a file that only its owner can read."""
        if given := os.environ.get("FOOTING_DEMO_PASSWORD"):
            return given
        path = Path(settings.VAR_DIR) / "demo-password"
        if not path.exists():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(12))
        return path.read_text(encoding="ascii").strip()

    def person(self, username: str, first: str, last: str, password: str, *, is_staff: bool = False) -> Person:
        """The person, with the password if it is not theirs already."""
        person, _ = Person.objects.get_or_create(
            username=username, defaults={"first_name": first, "last_name": last, "is_staff": is_staff}
        )
        if not person.check_password(password):
            person.set_password(password)
            person.save(update_fields=["password"])
        return person

    def firm(self, slug: str, name: str) -> Firm:
        """The firm of this slug."""
        return Firm.objects.filter(slug=slug).first() or assessing.create_firm(slug=slug, name=name)

    def member(
        self, firm: Firm, person: Person, role: str, *, at: datetime, client: Client | None = None
    ) -> Membership:
        """The person's role in the firm."""
        found = Membership.objects.filter(firm=firm, person=person, role=role, client=client).first()
        return found or assessing.add_member(by=person, at=at, firm=firm, person=person, role=role, client=client)

    def client(self, firm: Firm, name_and_sector: tuple[str, str], *, by: Person, at: datetime) -> Client:
        """The firm's client of this name."""
        name, sector = name_and_sector
        found = Client.objects.filter(firm=firm, name=name).first()
        return found or assessing.create_client(by=by, at=at, firm=firm, name=name, sector=sector)

    def sample(self, client: Client, *, by: Person, at: datetime) -> Assessment:
        """The finished assessment."""
        found = Assessment.objects.filter(client=client, title=TITLE).first()
        if found is None:
            found = assessing.create_assessment(by=by, at=at, client=client, title=TITLE, answers=ANSWERS)
        return found if found.is_final else assessing.finalise(by=by, at=at, assessment=found)

    def report(self, final: Assessment, *, by: Person, at: datetime) -> Path:
        """The issued report, written to var/sample-report.pdf."""
        report = Report.objects.filter(assessment=final, language=final.language).first()
        if report is None:
            report = reporting.issue(assessment=final, by=by, at=at, because=BECAUSE)
        path = Path(settings.VAR_DIR) / "sample-report.pdf"
        path.write_bytes(bytes(report.content))
        return path

    def logins(self) -> list[tuple[str, str]]:
        """Username and role, for people to read."""
        registry = [(username, f"registry: {group}") for username, _, _, group in REGISTRY]
        names = dict(FIRMS)
        advisers = [(name, f"{names[firm]}: {role.label.lower()}") for name, _, _, firm, role in ADVISERS]
        return [*registry, *advisers, (READER[0], f"{names['northwind']}: reads the reports of {CLIENT[0]}")]
