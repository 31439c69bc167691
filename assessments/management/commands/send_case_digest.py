from collections.abc import Iterable
from datetime import datetime

from assessments import case_letter
from claims import operations
from claims.letter_command import Letter, LetterCommand
from claims.models import Person


class Command(LetterCommand):
    help = (
        "Sends the people of each firm the letter of advice to look at again: on working days or on Mondays, as they "
        "chose, once a day, and none where there is nothing."
    )
    kind = operations.CASES
    needs = "in a firm"

    def readers(self, username: str) -> Iterable[Person]:
        return case_letter.readers(username)

    def letter(self, person: Person, at: datetime) -> Letter | None:
        return case_letter.letter(person)
