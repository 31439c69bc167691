"""Codes of the registry in words that need no manual. The site is English; reports have their own catalogues."""

from claims.models import Check, Claim, Conflict, Revision, Source

RELIABILITY = {letter: label.partition(", ")[2] for letter, label in Source.Reliability.choices}
CREDIBILITY = {number: label.partition(", ")[2] for number, label in Claim.Credibility.choices}
CERTAINTY = {code: label.lower() for code, label in Claim.Certainty.choices}
STUDY_TYPE = {code: label.lower() for code, label in Claim.StudyType.choices}
SOURCE_KIND = {code: label.lower() for code, label in Source.Kind.choices}
CHECK_KIND = dict(Check.Kind.choices)
CONFLICT_STATE = dict(Conflict.State.choices)
# What a decision says of the two claims, and what is to be done besides.
CONFLICT_MEANS = {
    "scope_differs": "both are right, for different cases. Record the scope on both claims",
    "superseded": "the newer one holds. Supersede the older one as well",
    "doubtful": "lower its credibility too, and say why",
    "contested": "both stand",
}
REVISION_STATE = {code: label.lower() for code, label in Revision.State.choices}

CERTAINTY_MEANS = {
    "high": "The figure is very likely close to the truth.",
    "moderate": "The figure is probably close to the truth; better evidence could change it.",
    "low": "The figure may be well off; better evidence is likely to change it.",
    "very_low": "The figure is a hint and no more.",
}
CERTAINTY_REASON = {
    "bias": "Risk of bias",
    "inconsistency": "Sources disagree",
    "indirectness": "Indirect: it was measured on something else",
    "imprecision": "Imprecise: few cases or a wide range",
    "publication_bias": "What does not fit may not have been published",
}
RELATION = {
    "disjoint": "Their ranges do not meet.",
    "overlapping": "Their ranges meet in part.",
    "nested": "One range lies inside the other.",
}
# What was found of a total that a source states.
TOTAL_FINDING = {
    "follows": "It follows from its parts.",
    "within": "It can be, but does not follow: it lies within what its parts give.",
    "partly": "It agrees with its parts, but does not follow from them alone.",
    "does_not_follow": "It does not follow from its parts.",
    "cannot_be_checked": "It cannot be checked.",
}
TOTAL_RELATION = {
    "equal": "Both are the same.",
    "inside": "The parts allow more than the total says.",
    "contains": "The total reaches beyond what the parts give.",
    "overlaps": "They meet in part.",
    "above": "The total lies above what the parts give.",
    "below": "The total lies below what the parts give.",
}
# Why two claims are not compared, after "Not compared: ".
APART = {
    "scope": "their scopes exclude each other",
    "time": "they do not hold at the same time",
    "expired": "one of them is past its hard stop",
    "word": "one of them has no number to compare",
    "share": "they are shares of different things",
    "measure": "they are counted in different units or periods",
    "rate": "no exchange rate between their currencies is published",
}
STANCE = {"supports": "says so", "contradicts": "says otherwise", "mentions": "mentions it"}
FRESHNESS_MEANS = {
    "fresh": "A person read it, or its source is dated, recently enough for figures of this kind.",
    "due": "It is about to be due for another reading.",
    "overdue": "Nobody has read it again in time, or nothing dates it. It counts for less until somebody does.",
    "expired": "It is past its hard stop and may not be cited.",
}
# What a scope's `role` says of a figure: what it was made for.
SCOPE_ROLE = {
    "case": "a single case",
    "estimate": "an estimate",
    "gate": "a threshold in a rule",
    "recommendation": "a recommendation",
    "study": "a study",
}
# What somebody did, as the log says it: "ed drafted …". A test holds that every verb of `operations` stands here.
ACT = {
    "draft": "drafted",
    "revise": "changed the draft of",
    "restore": "restored an earlier revision of",
    "submit": "submitted for review",
    "send_back": "sent back",
    "publish": "approved and published",
    "retract": "retracted",
    "supersede": "superseded",
    "check": "recorded a check of",
    "open_conflict": "found a conflict between",
    "record_conflict": "recorded a conflict between",
    "settle_conflict": "settled the conflict between",
    "compare_conflict": "compared again",
    "reopen_conflict": "opened again the conflict between",
    "lapse_conflict": "closed, since it no longer stands, the conflict between",
    "visit": "visited",
    "open_task": "asked people to look at",
    "close_task": "closed the task about",
    "note_gap": "noted as lacking",
    "fill_gap": "closed a gap in the evidence with",
    "close_gap": "closed as not to be had",
    "reopen_gap": "opened again",
    "state_total": "entered as a total of others",
    "withdraw_total": "withdrew the total of",
    "judge_certainty": "judged the certainty of",
    "record_import": "uploaded a file of claims",
    "apply_import": "applied a file of claims",
    "undo_import": "took back a file of claims",
    "import": "imported",
    "digest": "wrote of what is due",
    "digest_failed": "could not hand over the letter of what is due",
    "case_digest": "wrote of advice to look at again",
    "case_digest_failed": "could not hand over the letter of advice to look at again",
    "webhook_off": "wrote that a webhook was switched off",
    "webhook_off_failed": "could not hand over the letter that a webhook was switched off",
    "add_entry": "entered",
    "change_entry": "changed",
    "add_person": "made the account",
    "change_person": "changed the account",
    "set_password": "set the password of",
    "add_role": "made the role",
    "change_role": "changed the role",
    "make_token": "made the token",
    "revoke_token": "revoked the token",
}
