"""What every command shares that sends people the letter of what is due to them."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import datetime
from smtplib import SMTPException
from typing import Any, ClassVar, Protocol

from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from claims import operations
from claims.digest import is_day_of
from claims.models import Person


class Letter(Protocol):
    """A letter to one person: `items` is how many things it is about, named in it or not."""

    @property
    def to(self) -> Person: ...
    @property
    def items(self) -> int: ...
    @property
    def subject(self) -> str: ...
    @property
    def body(self) -> str: ...


class LetterCommand(BaseCommand, ABC):
    """Sends one kind of letter. `kind` is that of its event, `needs` what somebody must have to get any."""

    kind: ClassVar[str]
    needs: ClassVar[str]

    @abstractmethod
    def readers(self, username: str) -> Iterable[Person]:
        """Who may get a letter, or the one of them with this name."""

    @abstractmethod
    def letter(self, person: Person, at: datetime) -> Letter | None:
        """The letter to somebody; None where nothing is due to them."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="print the letters, send and record nothing")
        parser.add_argument("--to", metavar="USERNAME", default="", help="to this person only")
        parser.add_argument(
            "--force",
            action="store_true",
            help="whatever the day, and again if one went out today; who chose never gets none",
        )

    def handle(self, *, dry_run: bool, to: str, force: bool, **options: Any) -> None:
        at = timezone.now()
        people = list(self.readers(to))
        if to and not people:
            raise CommandError(f"{to} gets no letters: that needs an active account with an address {self.needs}.")
        sent = failed = 0
        for person in people:
            if person.digest == Person.Digest.NEVER or not (force or is_day_of(person, at)):
                continue
            due = self.letter(person, at)
            if due is None:
                continue
            if dry_run:
                self.stdout.write(f"To: {person.email}\nSubject: {due.subject}\n\n{due.body}")
                sent += 1
            elif operations.begin_letter(at=at, to=person, items=due.items, again=force, kind=self.kind):
                if self.hand_over(due, at):
                    sent += 1
                else:
                    failed += 1
        self.stdout.write(f"{sent} {'to send' if dry_run else 'sent'}, {failed} failed")
        if failed:
            raise CommandError(f"{failed} letters could not be handed over: the next run tries again.")

    def hand_over(self, due: Letter, at: datetime) -> bool:
        """Whether the mail server took it."""
        try:
            EmailMessage(due.subject, due.body, to=[due.to.email]).send()
        except (OSError, SMTPException) as error:
            operations.letter_failed(at=at, to=due.to, kind=self.kind)
            self.stderr.write(f"{due.to.get_username()}: {error}")
            return False
        return True
