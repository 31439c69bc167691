from argparse import ArgumentParser
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assessments import facts
from assessments import operations as assessing
from assessments.engine.result import DIGEST_PREFIX
from assessments.input_files import UnreadableInput, json_text, read_mapping, to_json_file
from assessments.models import Assessment, Client, Firm, Membership
from claims.models import Person
from reports import document
from reports import operations as reporting
from reports.layouts import NAMES, Layout, LayoutError
from reports.pdf import RenderError
from reports.sections import layout_of

UNNAMED = {"en": "Client not named", "es": "Cliente sin nombre"}
CHOICES = ("assumptions", "scope", "readings")
"""What a file may decide beside the answers."""

UNEXPLAINED = {"en": "Issued by command; no reason was given.", "es": "Emitido por una orden; no se dio ningún motivo."}
UNSIGNED = "Set in the file of answers"
REFERENCE_DIGITS = 10


class Command(BaseCommand):
    help = (
        "Judges a client's answers: a recommendation with its evidence, as JSON and as a report in PDF. Stores nothing "
        "but the digest of the PDF it wrote; --issue stores the assessment and issues its report. Exit status 2 for "
        "answers that are not right, with a message for each."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("answers", type=Path, help="answers by question, JSON or YAML")
        parser.add_argument("--pdf", type=Path, metavar="PATH", help="write the report there")
        parser.add_argument("--json", type=Path, metavar="PATH", help="write the result there")
        parser.add_argument("--lang", choices=Assessment.Language.values, default="en", help="language of the report")
        parser.add_argument("--currency", default="USD", metavar="CODE", help="currency of the report (USD)")
        parser.add_argument("--as-of", type=date.fromisoformat, metavar="DATE", help="evidence of that day (today)")
        parser.add_argument("--title", default="", help="title of the report (the kind of task)")
        parser.add_argument("--client", default="", help="name of the client")
        parser.add_argument("--layout", default="", metavar="NAME", help=f"which report: {', '.join(NAMES)} (full)")
        parser.add_argument(
            "--sections", default="", metavar="A,B,C", help="the sections of a custom report, in their order"
        )
        parser.add_argument("--issue", action="store_true", help="store the assessment and issue its report")
        parser.add_argument("--firm", metavar="SLUG", help="with --issue: the firm that advises")
        parser.add_argument(
            "--because",
            metavar="TEXT",
            help="with --issue: why it is issued in spite of warnings; the report prints it",
        )
        parser.add_argument("--by", metavar="NAME", help="with --issue: who signs (the firm's only admin)")

    def handle(self, *, answers: Path, issue: bool, as_of: date | None, **options: Any) -> None:
        at = timezone.now()
        as_of = as_of or at.date()
        if as_of > at.date():
            raise CommandError("--as-of: the evidence of a day in the future is not known yet", returncode=2)
        layout = self.layout(options.pop("layout"), options.pop("sections"))
        given, choices = self.read(answers)
        try:
            result, pdf = (self.issued if issue else self.drafted)(
                given, choices=choices, as_of=as_of, at=at, layout=layout, **options
            )
        except assessing.AnswersError as error:
            for question, message in error.errors:
                self.stderr.write(f"{question}: {message}")
            raise CommandError(f"{answers}: {len(error.errors)} answers are not right", returncode=2) from error
        except assessing.CurrencyError as error:
            raise CommandError(f"--currency: {error}", returncode=2) from error
        except (assessing.OperationRefused, RenderError) as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            to_json_file(options["json"], result)
        if options["pdf"] and pdf is not None:
            options["pdf"].parent.mkdir(parents=True, exist_ok=True)
            options["pdf"].write_bytes(pdf)
        if issue:
            self.stdout.write(f"{result['reference']} is issued.")
        elif not options["json"] and not options["pdf"]:
            self.stdout.write(json_text(result), ending="")

    def layout(self, name: str, sections: str) -> Layout:
        """The layout that the options ask for."""
        try:
            return layout_of(name, sections.split(","))
        except LayoutError as error:
            raise CommandError(f"--{error.field}: {error}", returncode=2) from error

    def read(self, path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
        """The answers of a file, the mapping itself or the one under `answers`; and what the consultant decides.

        What is decided without `by` is decided by the person who runs the command, and says so.
        """
        try:
            mapping = read_mapping(path)
        except UnreadableInput as error:
            raise CommandError(str(error), returncode=2) from error
        choices = {part: mapping.pop(part) for part in CHOICES if mapping.get(part) is not None}
        for part, given in choices.items():
            if isinstance(given, dict):
                signed = {key: {"by": UNSIGNED} | one if isinstance(one, dict) else one for key, one in given.items()}
                choices[part] = signed
        inner = mapping.get("answers")
        return (inner if isinstance(inner, dict) else mapping), choices

    def drafted(
        self, answers: dict[str, Any], *, choices: dict[str, Any], as_of: date, at: datetime, **options: Any
    ) -> tuple[dict[str, Any], bytes | None]:
        """The result, and the draft where a PDF is asked for. The same inputs give the same bytes."""
        judged = facts.evaluate(answers, as_of=as_of, currency=options["currency"], choices=choices)
        # All inputs are in the result, so its digest names them.
        inputs = judged.as_dict()["digest"].removeprefix(DIGEST_PREFIX)
        result = replace(judged, reference=f"D-{inputs[:REFERENCE_DIGITS]}").as_dict()
        if not options["pdf"]:
            return result, None
        lang = options["lang"]
        case = document.unsaved(
            result=result,
            title=options["title"] or kind_of_task(result, lang),
            client=options["client"] or UNNAMED[lang],
            language=lang,
            layout=options["layout"],
        )
        return result, reporting.write_draft(case=case, at=at).content

    def issued(
        self, answers: dict[str, Any], *, choices: dict[str, Any], as_of: date, at: datetime, **options: Any
    ) -> tuple[dict[str, Any], bytes | None]:
        """The frozen result and the issued report."""
        firm, by = self.firm_and_signatory(options["firm"], options["by"])
        if not options["client"]:
            raise CommandError("--issue needs --client, the client's name")
        result = facts.evaluate(
            answers, as_of=as_of, currency=options["currency"], choices=choices
        ).as_dict()  # before anything is stored
        client = Client.objects.filter(firm=firm, name=options["client"]).first() or assessing.create_client(
            by=by, at=at, firm=firm, name=options["client"]
        )
        draft = assessing.create_assessment(
            by=by,
            at=at,
            client=client,
            title=options["title"] or kind_of_task(result, options["lang"]),
            language=options["lang"],
            currency=options["currency"],
            answers=result["answers"],
            choices=result["choices"],
        )
        final = assessing.finalise(by=by, at=at, assessment=draft, as_of=as_of)
        because = options["because"] or UNEXPLAINED[options["lang"]]
        report = reporting.issue(
            assessment=final, by=by, at=at, language=options["lang"], because=because, layout=options["layout"]
        )
        return final.result_document, bytes(report.content)

    def firm_and_signatory(self, slug: str | None, username: str | None) -> tuple[Firm, Person]:
        """The firm, and the named person or the firm's only admin."""
        firm = Firm.objects.filter(slug=slug or "").first()
        if firm is None:
            raise CommandError(
                f"--firm: there is no firm {slug!r}" if slug else "--issue needs --firm, the firm's slug"
            )
        if username:
            person = Person.objects.filter(username=username).first()
            if person is None:
                raise CommandError(f"--by: there is nobody called {username!r}")
            return firm, person
        admins = list(firm.memberships.filter(role=Membership.Role.FIRM_ADMIN).select_related("person"))
        if len(admins) != 1:
            raise CommandError(f"{firm.name} has {len(admins)} admins: say with --by who signs")
        return firm, admins[0].person


def kind_of_task(result: dict[str, Any], lang: str) -> str:
    """The label of the kind of task, which serves as a title where none is given."""
    question = facts.questionnaire().by_id["task_type"]
    return next(option.label[lang] for option in question.options if option.value == result["answers"]["task_type"])
