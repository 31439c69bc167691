"""A claim in words, for the columns of the desk and for people who read a claim without changing it."""

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from claims.differences import reason_pairs
from claims.models import Claim, Person
from claims.quantity import QuantityError, text
from claims.templatetags.registry import day, scope_words


def chip(state: str, words: str) -> SafeString:
    """A state as the site shows it."""
    return format_html('<span class="chip chip-{}">{}</span>', state, words)


def name_of(person: Person | None) -> str:
    """A person's name, else the name they sign in with. Never a link: most editors may not open other people."""
    return (person.get_full_name() or person.get_username()) if person else "–"


def lines(pairs: list[tuple[str, str]]) -> SafeString:
    """Pairs, one a line; a dash for none."""
    return format_html_join("", '<span class="line"><b>{}:</b> {}</span>', pairs) or SafeString("–")


class InWords:
    """Methods that the admin shows as columns or read-only fields."""

    @admin.display(description="claim", ordering="slug")
    def summary(self, claim: Claim) -> SafeString:
        return format_html('<span class="statement">{}</span> <span class="ref">{}</span>', claim.statement, claim.slug)

    @admin.display(description="value")
    def value_text(self, claim: Claim) -> str:
        try:
            return text(claim.quantity) if claim.unit else "–"
        except QuantityError:
            return "–"

    @admin.display(description="state", ordering="state")
    def state_chip(self, claim: Claim) -> str | SafeString:
        words = claim.get_state_display().lower()
        return words if claim.state == Claim.State.PUBLISHED else chip(claim.state, words)

    @admin.display(description="filed under", ordering="subject__name")
    def filed_under(self, claim: Claim) -> SafeString:
        return format_html('{}<br><span class="quiet-text">{}</span>', claim.subject.name, claim.metric.name)

    @admin.display(description="changed", ordering="changed_at")
    def changed_on(self, claim: Claim) -> SafeString:
        return format_html('<span class="day">{}</span>', day(claim.changed_at))

    @admin.display(description="topics")
    def topics_in_words(self, claim: Claim) -> str:
        return ", ".join(topic.name for topic in claim.topics.all()) or "–"

    @admin.display(description="scope")
    def scope_in_words(self, claim: Claim) -> SafeString:
        return lines(scope_words(claim.scope))

    @admin.display(description="certainty reasons")
    def reasons_in_words(self, claim: Claim) -> SafeString:
        return lines(reason_pairs(claim.certainty_reasons))
