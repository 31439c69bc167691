"""Two people at one claim, step by step in any order: a model that knows what each of them saw, and two ways to act.

The model holds a few parts of the text, each a word that nobody writes twice. A step that was taken must have been
based on the text that was current; one that was refused must have changed nothing and told the person.
"""

import hashlib
import json
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from django.db.models import F, Max, OuterRef, Subquery
from django.urls import reverse

from claims import importing, operations
from claims.models import Act, Claim, ImportBatch, ImportedChange, Person, Revision
from claims.operations import OperationRefused
from tests.claims import factories as make
from tests.claims.desk import Page, open_claim, open_step, signed_in, visit
from tests.claims.factories import NOON
from tests.claims.import_files import row

PARTS = ("statement", "assumptions", "credibility_reason", "printed")
# How often each step is taken. `approve` and `confirm` need a claim in review, so submitting is frequent.
STEPS = {
    "open": 4,
    "save": 6,
    "submit": 4,
    "approve": 3,
    "send_back": 1,
    "confirm": 2,
    "restore": 2,
    "file": 3,
    "upload": 3,
    "apply": 4,
}
Text = dict[str, str]


class Standing(NamedTuple):
    """All of a claim that a refused step must leave alone."""

    text: Text
    number: int
    state: str
    change_note: str
    submitted_by: int | None
    revisions: int
    last_act: int


def standing(claim: Claim) -> Standing:
    """A claim as it is stored; one question, since it is asked after every step."""
    count = Revision.objects.filter(claim=OuterRef("pk")).values("claim").annotate(n=Max("number")).values("n")
    last = Act.objects.filter(claim=OuterRef("pk")).values("claim").annotate(n=Max("pk")).values("n")
    row = (
        Claim.objects.filter(pk=claim.pk)
        .order_by()
        .annotate(printed=F("citations__printed"), count=Subquery(count), last=Subquery(last))
        .values_list(*PARTS, "edit_number", "state", "change_note", "submitted_by", "count", "last")
        .get()
    )
    return Standing(dict(zip(PARTS, row, strict=False)), *row[len(PARTS) :])


def text_now(claim: Claim) -> Text:
    """The parts of the working copy as they are stored."""
    return standing(claim).text


@dataclass
class View:
    """What a person has before them: the text and its number when they opened it, and the page, where there is one."""

    text: Text
    number: int
    page: Page | None = None


@dataclass
class Upload:
    """A file that somebody uploaded: what it says, and the text and number it was laid beside in the preview."""

    meant: Text
    beside: Text
    number: int
    batch: ImportBatch


def uploaded(who: Person, meant: Text) -> ImportBatch:
    """The batch of a file with one row, read as the child process reads it."""
    printed = [{"source": "a-blog", "stance": "supports", "printed": meant["printed"], "locator": "Costs"}]
    cells = row(**{part: meant[part] for part in PARTS[:-1]}, citations=json.dumps(printed))
    digest = hashlib.sha256(json.dumps(cells).encode()).hexdigest()
    reading = importing.Reading(rows=[(2, digest, cells)], unchanged=0, others={}, refusals=[])
    return importing.put_down(reading, by=who, at=NOON, name="claims.csv", digest=f"sha256:{digest}")


class Hands(Protocol):
    """A way to act: through operations, or through the pages of the desk. True: done; False: refused and told."""

    def open(self, who: Person, claim: Claim) -> View: ...
    def save(self, who: Person, claim: Claim, view: View, text: Text) -> bool: ...
    def step(self, who: Person, claim: Claim, view: View, verb: str) -> bool: ...
    def restore(self, who: Person, claim: Claim, view: View, revision: Revision) -> bool: ...


def columns(text: Text) -> dict[str, Any]:
    return {
        "fields": {part: text[part] for part in PARTS[:-1]} | {"change_note": ""},
        "citations": [make.citation(printed=text["printed"])],
    }


class ByOperations:
    """Calls the verbs, as files and programs do."""

    def open(self, who: Person, claim: Claim) -> View:
        now = standing(claim)
        return View(now.text, now.number)

    def _try(self, verb: Any, **given: Any) -> bool:
        try:
            outcome = verb(at=NOON, **given)
        except OperationRefused:
            return False
        return not isinstance(outcome, operations.Approvals) or bool(outcome.published)

    def save(self, who: Person, claim: Claim, view: View, text: Text) -> bool:
        return self._try(operations.revise, by=who, claim=claim, edit_number=view.number, **columns(text))

    def step(self, who: Person, claim: Claim, view: View, verb: str) -> bool:
        given: dict[str, Any] = {"by": who, "claim": claim, "edit_number": view.number}
        if verb == "confirm":
            seen = {claim.pk: view.number}
            return self._try(operations.approve_confirmations, by=who, claims=[claim], seen=seen)
        if verb == "send_back":
            given["reason"] = "Not yet."
        return self._try(getattr(operations, verb), **given)

    def restore(self, who: Person, claim: Claim, view: View, revision: Revision) -> bool:
        given = {"by": who, "claim": claim, "revision": revision, "reason": "Right again.", "edit_number": view.number}
        return self._try(operations.restore, **given)


class ByForms:
    """Reads the pages of the desk and sends their forms, as a browser does."""

    def open(self, who: Person, claim: Claim) -> View:
        page = open_claim(who, claim)
        text = {part: page.data[part][0] for part in PARTS[:-1]} | {"printed": page.data["citations-0-printed"][0]}
        return View(text, int(page.data["started_from"][0]), page)

    def save(self, who: Person, claim: Claim, view: View, text: Text) -> bool:
        assert view.page is not None
        typed = {part: text[part] for part in PARTS[:-1]} | {"citations-0-printed": text["printed"]}
        stored = text_now(claim)
        answer = view.page.send(**typed, _save="1")
        if not answer.words("collision"):
            return True
        # Told: what they typed stands in the form, and beside each part that both changed stands what is stored.
        back = {part: answer.data[part][0] for part in PARTS[:-1]} | {"printed": answer.data["citations-0-printed"][0]}
        for part in PARTS:
            mine, theirs, base = text[part], stored[part], view.text[part]
            assert back[part] == (theirs if mine == base else mine), part
            assert theirs in answer.words("collision") or theirs in (mine, base), part
        view.page, view.text, view.number = answer, stored, int(answer.data["started_from"][0])
        return False

    def step(self, who: Person, claim: Claim, view: View, verb: str) -> bool:
        before = standing(claim)
        if verb == "confirm":
            form = {"action": "approve_confirmations", "_selected_action": [claim.pk], f"seen-{claim.pk}": view.number}
            page = signed_in(who).post(reverse("admin:claims_claim_changelist"), form, follow=True).content.decode()
            assert (standing(claim) == before) == ("Left: " in page)
            return "Left: " not in page
        name = {"approve": "publish", "send_back": "send-back"}.get(verb, verb)
        page = open_step(who, claim, name).send(seen=str(view.number), reason="Not yet.", although="It is so.")
        refused = "errorlist" in page.text
        assert (standing(claim) == before) == refused
        if refused and view.number != before.number:
            assert "while you were editing" in page.text
            shown = page.words("desk-warning")
            assert all(view.text[part] == before.text[part] or before.text[part] in shown for part in PARTS)
        return not refused

    def restore(self, who: Person, claim: Claim, view: View, revision: Revision) -> bool:
        page = visit(who, reverse("admin:claims_claim_restore", args=[claim.pk, revision.number]))
        answer = page.send(seen=str(view.number), reason="Right again.")
        return "errorlist" not in answer.text


def begin(claim: Claim, seed: int) -> None:
    """One of four situations: published; the same with files of both uploaded (`Schedule.run`); in review with a change
    of somebody else; in review, only read again.
    """
    change: dict[str, Any] = (
        {},
        {},
        {"fields": {"statement": f"By somebody else, {seed}."}},
        {"fields": {"change_note": "Read."}, "citations": [make.citation(note="Read again.")]},
    )[seed % 4]
    if change:
        operations.revise(by=make.editor(), at=NOON, claim=claim, **change)
        operations.submit(by=make.editor(), at=NOON, claim=claim)


@dataclass
class Schedule:
    """One claim, two people, and what the model knows of them."""

    claim: Claim
    people: tuple[Person, Person]
    hands: Hands
    chance: random.Random
    views: dict[int, View] = field(default_factory=dict)
    uploads: dict[int, Upload] = field(default_factory=dict)
    written: list[Text] = field(default_factory=list)
    now: Standing | None = None
    told: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)

    def run(self, steps: int, *, uploads: bool = False) -> None:
        """Take steps in an order of chance; raises `AssertionError` at the first that breaks the promise."""
        self.written.append(text_now(self.claim))
        for who in self.people:
            self.views[who.pk] = self.hands.open(who, self.claim)
            if uploads:
                self._upload(who)
        for _ in range(steps):
            self._take(self.chance.choice(self.people), self.chance.choices(list(STEPS), list(STEPS.values()))[0])
        assert lost(self.claim, self.written) == []

    def _take(self, who: Person, verb: str) -> None:
        if verb == "open":
            self.views[who.pk] = self.hands.open(who, self.claim)
            return
        if verb == "upload":
            self._upload(who)
            return
        view, hands = self.views[who.pk], self.hands
        based_on, seen = dict(view.text), view.number
        before = self.now or standing(self.claim)
        current, number = before.text, before.number
        meant = dict(view.text)
        if verb == "apply":
            upload = self.uploads.pop(who.pk, None)
            if upload is None:
                return
            based_on, seen, meant = upload.beside, upload.number, upload.meant
            taken = applied(who, upload)
        elif verb in ("save", "file"):
            # A file is written from what was exported, and read through the operations, like every file.
            hands = ByOperations() if verb == "file" else hands
            meant[self.chance.choice(PARTS)] = f"w{self.chance.getrandbits(40)}"
            taken = hands.save(who, self.claim, view, meant)
        elif verb == "restore":
            revision = self.chance.choice(list(self.claim.revisions.order_by("number")))
            meant = text_of(revision)
            taken = hands.restore(who, self.claim, view, revision)
        else:
            meant = current
            taken = hands.step(who, self.claim, view, verb)
        self.now = standing(self.claim)
        if not taken:
            self.told[verb] += 1
            assert self.now == before, f"{verb} was refused and changed something"
            return
        self.done[verb] += 1
        assert seen == number, f"{verb} was based on text {seen}, and {number} was current"
        assert based_on == current or verb not in ("save", "file", "apply"), (
            f"{verb} overwrote what the person had not seen"
        )
        assert self.now.text == meant, f"{verb} wrote something else than was meant"
        self.written.append(meant)
        if verb in ("save", "file", "restore", "apply"):
            self.views[who.pk] = self.hands.open(who, self.claim)

    def _upload(self, who: Person) -> None:
        """Upload a file that was written from what the person saw; the preview lays it beside what stands now."""
        before = self.now or standing(self.claim)
        meant = self.views[who.pk].text | {self.chance.choice(PARTS): f"w{self.chance.getrandbits(40)}"}
        batch = uploaded(who, meant)
        self.now = standing(self.claim)
        assert self.now == before, "a preview changed something"
        if batch.state == ImportBatch.State.REFUSED:
            self.told["upload"] += 1
        else:
            self.done["upload"] += 1
            self.uploads[who.pk] = Upload(meant, before.text, before.number, batch)


def applied(who: Person, upload: Upload) -> bool:
    """Whether an uploaded file could still be applied."""
    try:
        operations.apply_import(by=who, at=NOON, batch=upload.batch, digest=upload.batch.digest)
    except OperationRefused:
        return False
    return True


def text_of(revision: Revision) -> Text:
    """The parts of a revision's text."""
    body = revision.body
    return {part: body[part] for part in PARTS[:-1]} | {"printed": body["citations"][0]["printed"]}


def lost(claim: Claim, written: list[Text]) -> list[Text]:
    """Texts that somebody stored and nobody can find again: neither now, nor in a revision, nor in the log, nor with an import."""
    found = [text_now(claim), *(text_of(revision) for revision in claim.revisions.all())]
    for act in Act.objects.filter(claim=claim, verb__in=("revise", "restore", "send_back")):
        body = act.detail["replaced"]
        found.append({part: body[part] for part in PARTS[:-1]} | {"printed": body["citations"][0]["printed"]})
    for change in ImportedChange.objects.filter(claim=claim):
        copy = change.before["copy"]
        found.append({part: copy[part] for part in PARTS[:-1]} | {"printed": copy["citations"][0]["printed"]})
    return [text for text in written if text not in found]
