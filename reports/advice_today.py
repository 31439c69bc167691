"""Whether a report would advise the same today: its answers, judged again on today's evidence.

This is told to the public, so it is one of three words and a reason that gives nothing of the client away.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assessments import facts, framework_choice
from assessments.engine.changes import changes
from assessments.engine.errors import AnswersError, CurrencyError
from assessments.facts import Registry
from assessments.reappraising import NO_ADVICE

SAME, ANOTHER, NOT_JUDGED = "same", "another", "not_judged"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Advice:
    """`outcome`: same, another, not_judged. `reason`: answers, rates, evidence, failed; why it could not be judged."""

    outcome: str
    reason: str = ""


def judge(manifest: Mapping[str, Any], *, on: Registry) -> Advice:
    """What the answers of a report come to on other evidence. The advice is another where another option is advised.

    Never raises: what went wrong is logged, and is nobody's business who looks at the page.
    """
    try:
        again = facts.evaluate(
            manifest["answers"],
            as_of=on.as_of,
            reference=manifest["reference"],
            currency=manifest["currency"],
            choices=manifest.get("choices", {}),
            on=on,
            frameworks=framework_choice.of_result(manifest),
        ).as_dict()
        found = changes(manifest, again).recommendation
    except AnswersError:
        return Advice(NOT_JUDGED, "answers")
    except CurrencyError:
        return Advice(NOT_JUDGED, "rates")
    except Exception:  # the public page says so and stays up, whatever a report of any version holds
        logger.exception("%s could not be judged again", manifest.get("reference"))
        return Advice(NOT_JUDGED, "failed")
    if not found.flips:
        return Advice(SAME)
    return Advice(NOT_JUDGED, "evidence") if found.after.option in NO_ADVICE else Advice(ANOTHER)
