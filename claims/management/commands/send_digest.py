from collections.abc import Iterable
from datetime import datetime

from claims import digest, operations
from claims.letter_command import Letter, LetterCommand
from claims.models import Person


class Command(LetterCommand):
    help = (
        "Sends each person of the registry the letter of what is due to them: on working days or on Mondays, as they "
        "chose, once a day, and none where nothing is due."
    )
    kind = operations.QUEUE
    needs = "and a role"

    def readers(self, username: str) -> Iterable[Person]:
        return digest.readers(username)

    def letter(self, person: Person, at: datetime) -> Letter | None:
        return digest.letter(person, at)
