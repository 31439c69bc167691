"""The evidence that cases are judged on, kept in the process while nothing in the registry changes.

Reading all published claims takes longer than judging a case on them. Who drags a control asks for the same evidence
again and again; each time one query says whether it is still the same.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import date
from threading import Lock

from assessments import facts
from assessments.facts import Registry
from assessments.models import Assessment
from claims import published, registry_version
from claims.models import Revision

MOST_KEPT = 8  # registries; one of 500 claims takes about 5 MB

_kept: OrderedDict[Hashable, Registry] = OrderedDict()
_lock = Lock()


def of_day(day: date) -> Registry:
    """The evidence published by the end of a day."""
    return _found(("day", day, registry_version.current()), lambda: facts.registry(day))


def of_case(case: Assessment, *, today: date) -> Registry:
    """What a case is judged on: today's evidence for a draft; for a final case that of its day, with what it cites pinned.

    A claim that was published on that day after the case was made final does not count, nor a decision since.
    """
    if not case.is_final:
        return of_day(today)
    return _found(("case", case.digest, registry_version.current()), lambda: _pinned(case))


def forget() -> None:
    """Let go of all that is kept."""
    with _lock:
        _kept.clear()


def _found(key: Hashable, read: Callable[[], Registry]) -> Registry:
    """What is kept under a key, read where it is not. The key is made before reading, so that it is never too new."""
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    registry = read()
    with _lock:
        _kept[key] = registry
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return registry


def _pinned(case: Assessment) -> Registry:
    day, result = case.as_of, case.result_document
    assert day is not None, "a final case has its day"
    later = Revision.objects.filter(published_at__gt=case.finalised_at, published_at__lte=published.end_of(day))
    late = set(later.values_list("claim__slug", flat=True))
    claims = {claim["slug"]: claim for claim in of_day(day).claims if claim["slug"] not in late}
    before = Revision.objects.filter(claim__slug__in=late, published_at__lte=case.finalised_at)
    stood = {slug: (number, state) for slug, number, state in before.order_by("number").values_list("claim__slug", "number", "state")}  # fmt: skip
    references = [f"{slug}@{number}" for slug, (number, state) in stood.items() if state == Revision.State.PUBLISHED]
    for pinned in (facts.documents_of(references, on=day), facts.documents_named_in(result)):
        claims |= {claim["slug"]: claim for claim in pinned.values()}
    return Registry(day, list(claims.values()), result.get("conflicts", ()))
