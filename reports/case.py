"""What a report is about: one assessment with its result and the claims it cites, stored or not.

`build` of `document.py` reads nothing else. Everything here is plain data; the queries are in `document.py`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Self

from assessments.facts import questionnaire
from assessments.framework_choice import founding
from assessments.progress import taken_as
from reports.branding.brand import PLAIN, Brand
from reports.layouts import FULL, Layout


@dataclass(frozen=True, slots=True)
class PinnedClaim:
    """A claim revision as it was published, and how it stood on the as-of day.

    `document` is the immutable text; `previous` the digest of the revision before it in the chain (None: the first);
    `standing` has `freshness`, `checked_on`, `check_due_on`, `expires_on`, `contested_by`, and `arithmetic` of a
    total that the claim states.
    """

    document: Mapping[str, Any]
    previous: str | None
    standing: Mapping[str, Any]

    @property
    def reference(self) -> str:
        """`slug@n`."""
        return f"{self.document['slug']}@{self.document['revision']}"

    def as_dict(self) -> dict[str, Any]:
        """The entry in the manifest."""
        return {
            "claim": self.reference,
            "previous": self.previous,
            "document": dict(self.document),
            "standing": dict(self.standing),
        }


@dataclass(frozen=True)
class Case:
    """An assessment as a report sees it.

    `result` is the result document of the contract; `claims` every revision that its citations and its evidence
    name; `issued` is False for anything that must say DRAFT on every page; `reservations` are as `gate.reservation`
    makes them; `since` is what changed from the report that this one supersedes (`since.of`), None for the first.
    `head` is the last revision of the chain at the moment of the report (`sequence`, `digest`; None: none
    was published), and `site` where it can be verified, as `https://host`.
    `layout` says which sections are printed; `brand` how it looks. `words`: what the firm wrote instead of ours, as
    templates in the case's language by the names of `own_words.PASSAGES`.
    """

    reference: str
    title: str
    client: str
    firm: str
    author: str
    language: str
    issued: bool
    result: Mapping[str, Any]
    claims: Sequence[PinnedClaim]
    reservations: Sequence[Mapping[str, Any]] = ()
    since: Mapping[str, Any] | None = None
    head: Mapping[str, Any] | None = None
    site: str = ""
    layout: Layout = FULL
    words: Mapping[str, str] = field(default_factory=dict)
    brand: Brand = PLAIN

    @classmethod
    def from_manifest(cls, manifest: Mapping[str, Any]) -> Self:
        """The case that a manifest was made from, so that its texts can be printed again and compared."""
        described = manifest["document"]
        return cls(
            reference=described["reference"],
            language=described["language"],
            issued=described["state"] == "issued",
            result=manifest,
            claims=tuple(
                PinnedClaim(entry["document"], entry["previous"], entry["standing"]) for entry in manifest["claims"]
            ),
            reservations=described.get("reservations", ()),
            since=described.get("since"),
            head=described.get("head"),
            site=described.get("site", ""),
            layout=Layout.from_dict(described.get("layout", {})),
            words=described.get("words", {}),
            brand=Brand.from_described(described.get("brand", {})),
            **described["names"],
        )

    @property
    def described(self) -> dict[str, Any]:
        """What the manifest says of the document, as far as the case decides it. Of the house's brand it says nothing."""
        brand = self.brand.described
        return {
            "language": self.language,
            "reference": self.reference,
            "state": "issued" if self.issued else "draft",
            "names": self.names,
            "reservations": list(self.reservations),
            "since": self.since,
            "layout": self.layout.as_dict(),
            "head": self.head,
            "site": self.site,
            **({"words": dict(self.words)} if self.words else {}),
            **({"brand": brand} if brand else {}),
        }

    @property
    def as_of(self) -> date:
        """The day whose evidence is used."""
        return date.fromisoformat(self.result["as_of"])

    @property
    def names(self) -> dict[str, str]:
        """What people typed, by what it names."""
        return {"client": self.client, "title": self.title, "firm": self.firm, "author": self.author}

    @cached_property
    def figures(self) -> dict[str, Mapping[str, Any]]:
        """Figures by id."""
        return {figure["id"]: figure for figure in self.result["figures"]}

    @cached_property
    def frameworks(self) -> dict[str, Mapping[str, Any]]:
        """What each framework said, by its id."""
        return {found["id"]: found for found in self.result["frameworks"]}

    @property
    def founding_frameworks(self) -> bool:
        """Whether the frameworks are the founding ones, all of them and no other."""
        return list(self.frameworks) == list(founding())

    @cached_property
    def by_reference(self) -> dict[str, PinnedClaim]:
        """Claims by `slug@n`."""
        return {claim.reference: claim for claim in self.claims}

    @cached_property
    def documents(self) -> dict[str, Mapping[str, Any]]:
        """Claim documents by `slug@n`."""
        return {claim.reference: claim.document for claim in self.claims}

    @cached_property
    def citation_numbers(self) -> dict[str, int]:
        """Number in the evidence annex, by `slug@n`."""
        return {cited["claim"]: cited["n"] for cited in self.result["citations"]}

    @cached_property
    def assumption_numbers(self) -> dict[str, int]:
        """Number in the list of assumptions, by figure id."""
        return {figure: n for n, figure in enumerate(self.result["assumptions"], start=1)}

    @cached_property
    def answer_numbers(self) -> dict[str, int]:
        """Number in the list of answers, by question id, in the order of the questionnaire.

        Not in that of the result, which canonical JSON sorts.
        """
        asked = [one for one in questionnaire().by_id if one in self.result["answers"]]
        return {question: n for n, question in enumerate(asked, start=1)}

    @cached_property
    def roles(self) -> dict[str, str]:
        """Which input a claim fills alone, by its slug. What only rules read, or several fill together, is left out."""
        applied = [entry for entry in self.result["evidence"]["applied"] if entry["role"] != "rule"]
        filled = Counter(entry["role"] for entry in applied)
        return {entry["claim"].rpartition("@")[0]: entry["role"] for entry in applied if filled[entry["role"]] == 1}

    @property
    def conflicts(self) -> Sequence[Mapping[str, Any]]:
        """The conflicts of the claims that the result names, as they were decided when it was made."""
        found: Sequence[Mapping[str, Any]] = self.result.get("conflicts", ())
        return found

    @property
    def currency(self) -> str:
        """The currency of all money in the report."""
        return str(self.result["currency"])

    @cached_property
    def source_numbers(self) -> dict[str, int]:
        """Number in the list of sources, by the source's slug, in the order in which claims cite them."""
        slugs = [
            citation["source"]["slug"]
            for cited in self.result["citations"]
            for citation in self.documents[cited["claim"]]["citations"]
        ]
        return {slug: n for n, slug in enumerate(dict.fromkeys(slugs), start=1)}

    @cached_property
    def taken_as(self) -> dict[str, Any]:
        """What the answers that are not known were taken as, by question."""
        return taken_as(self.result)

    def answer_value(self, question: str) -> Any:
        """An answer, of a range or of what stands for an unknown number the likely value; None where it was left open."""
        answer = self.taken_as.get(question, self.result["answers"].get(question))
        return answer["likely"] if isinstance(answer, Mapping) else answer

    def answer_figure(self, question: str) -> str | None:
        """The id of the figure that an answer became; None where nothing was computed from it or it is not known."""
        for figure in self.result["figures"]:
            if figure["origin"] == {"kind": "answer", "question": question}:
                return str(figure["id"])
        return None
