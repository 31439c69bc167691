"""Documents of claims as JSON-LD 1.1 in the words of schema.org. Pure functions of what the API serves.

A claim is a `Claim`: its value a `PropertyValue`, its sources what it appears in, our judgement a `ClaimReview`. A
review has a rating only where somebody could judge: schema.org's ratings run upwards from worst to best, the Admiralty
code's credibility downwards from 1 (confirmed) to 5 (improbable), and its 6 says that it cannot be judged. So
the rating is 6 − credibility of 5, with the words of the code; a claim of credibility 6, and one that was retracted or
superseded, has a review without a rating. See docs/decisions/0053-linked-data-and-streams.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings

from claims.quantity_text import UNSAID_PERS
from claims.wording import CREDIBILITY

CONTEXT = "https://schema.org"
# Schema.org has no word for the page after this one.
PAGED = [
    CONTEXT,
    {
        "hydra": "http://www.w3.org/ns/hydra/core#",
        "next": {"@id": "hydra:next", "@type": "@id"},
        "previous": {"@id": "hydra:previous", "@type": "@id"},
    },
]
BEST, UNJUDGED = 5, 6


def document(body: Mapping[str, Any]) -> dict[str, Any]:
    """One claim or revision, as the API serves it, as a JSON-LD document."""
    return {"@context": CONTEXT, **_claim(body)}


def page(
    bodies: Iterable[Mapping[str, Any]],
    *,
    address: str,
    following: str | None = None,
    previous: str | None = None,
    total: int | None = None,
) -> dict[str, Any]:
    """A page of the claim list. `address`, `following` and `previous` are absolute; `total` where it was counted."""
    items = [
        {"@type": "ListItem", "position": place, "item": _claim(body)} for place, body in enumerate(bodies, start=1)
    ]
    found: dict[str, Any] = {
        "@context": PAGED,
        "@id": address,
        "@type": ["ItemList", "CreativeWork"],
        "isPartOf": {"@id": _dataset_id()},
        "itemListElement": items,
    }
    more = {"numberOfItems": total, "next": following, "previous": previous}
    return found | {key: value for key, value in more.items() if value is not None}


def dataset(
    *, name: str, description: str, modified: str | None, version: int, metrics: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The whole registry. `modified`: when the last change was made; `version`: its place in the chain."""
    files = {"text/csv": "claims.csv", "application/jsonl": "claims.jsonl"}
    found = {
        "@context": CONTEXT,
        "@id": _dataset_id(),
        "@type": "Dataset",
        "name": name,
        "description": description,
        "url": f"{settings.SITE_URL}/claims/",
        "inLanguage": "en",
        "isAccessibleForFree": True,
        "publisher": _house(),
        "version": str(version),
        "dateModified": modified,
        "measurementTechnique": f"{settings.SITE_URL}/method/",
        "variableMeasured": [
            _said(
                {
                    "@type": "PropertyValue",
                    "name": metric["name"],
                    "description": metric["description"],
                    "propertyID": _address("metrics", metric),
                }
            )
            for metric in metrics
        ],
        "distribution": [
            {
                "@type": "DataDownload",
                "contentUrl": f"{settings.SITE_URL}/api/v1/{file}",
                "encodingFormat": media_type,
            }
            for media_type, file in files.items()
        ],
    }
    return _said(found)


def _dataset_id() -> str:
    return f"{settings.SITE_URL}/api/v1/dataset/"


def _house() -> dict[str, Any]:
    return {"@type": "Organization", "@id": f"{settings.SITE_URL}/", "name": "Footing", "url": f"{settings.SITE_URL}/"}


def _claim(body: Mapping[str, Any]) -> dict[str, Any]:
    """The claim as a node. It is named by the address of its revision, which never says anything else."""
    here = f"{settings.SITE_URL}/claims/{body['slug']}@{body['revision']}/"
    spanish = body["translations"].get("es")
    translated = {"@type": "Claim", "inLanguage": "es", "text": spanish["statement"]} if spanish else None
    found = {
        "@id": here,
        "@type": "Claim",
        "identifier": [
            {"@type": "PropertyValue", "name": "revision", "value": f"{body['slug']}@{body['revision']}"},
            {"@type": "PropertyValue", "name": "digest", "value": body["digest"]},
        ],
        "url": here,
        "text": body["statement"],
        "inLanguage": "en",
        "workTranslation": translated,
        "about": {"@type": "Thing", "name": body["subject"]["name"], "url": _address("subjects", body["subject"])},
        "keywords": [
            {"@type": "DefinedTerm", "name": slug, "url": f"{settings.SITE_URL}/topics/{slug}/"}
            for slug in body["topics"]
        ],
        "mainEntity": _value(body),
        "appearance": [_source(one) for one in body["citations"] if one["stance"] == "supports"],
        "citation": [_source(one) for one in body["citations"] if one["stance"] != "supports"],
        "claimInterpreter": _house(),
        "creativeWorkStatus": body["state"].capitalize(),
        "version": body["revision"],
        "datePublished": body["published_at"],
        "expires": body["expires_on"],
        "isPartOf": {"@id": _dataset_id()},
        "review": _review(body, here),
    }
    return _said(found)


def _address(kind: str, named: Mapping[str, Any]) -> str:
    return f"{settings.SITE_URL}/api/v1/{kind}/{named['slug']}/"


def _value(body: Mapping[str, Any]) -> dict[str, Any]:
    """The figure: what is measured, its ends, what it is counted in, and where it holds."""
    value = body["value"]
    counted_in = value["currency"] or (None if value["unit"] == "rating" else value["unit"].replace("_", " "))
    if counted_in and value["per"] and value["per"] not in UNSAID_PERS:
        counted_in = f"{counted_in} per {value['per'].replace('_', ' ')}"
    word = value["rating"]
    found = {
        "@type": "PropertyValue",
        "name": body["metric"]["name"],
        "propertyID": _address("metrics", body["metric"]),
        "description": value["text"],
        "minValue": value["low"],
        "maxValue": value["high"],
        "value": value["likely"] if word is None else word,
        "unitText": counted_in,
        "valueReference": [
            {"@type": "PropertyValue", "name": key, "value": said} for key, said in body["scope"].items()
        ],
    }
    return _said(found)


def _source(citation: Mapping[str, Any]) -> dict[str, Any]:
    source = citation["source"]
    found = {
        "@id": f"{settings.SITE_URL}/sources/{source['slug']}/",
        "@type": "CreativeWork",
        "name": source["title"],
        "url": source["url"],
        "inLanguage": source["language"],
        "publisher": {"@type": "Organization", "name": source["publisher"]},
        "creditText": source["author"],
        "datePublished": source["published_on"],
        "dateModified": source["updated_on"],
    }
    return _said(found)


def _review(body: Mapping[str, Any], here: str) -> dict[str, Any]:
    """Our judgement of the claim; with a rating where it could be judged, and stands."""
    rating = None
    if body["state"] == "published" and body["credibility"] < UNJUDGED:
        rating = {
            "@type": "Rating",
            "ratingValue": UNJUDGED - body["credibility"],
            "bestRating": BEST,
            "worstRating": 1,
            "alternateName": CREDIBILITY[body["credibility"]].capitalize(),
            "ratingExplanation": body["credibility_reason"],
        }
    found = {
        "@type": "ClaimReview",
        "url": here,
        "claimReviewed": body["statement"],
        "itemReviewed": {"@id": here},
        "author": _house(),
        "datePublished": body["checked_on"] or body["published_at"],
        "reviewRating": rating,
    }
    return _said(found)


def _said(node: Mapping[str, Any]) -> dict[str, Any]:
    """A node without what is not known: absent, never null or empty."""
    return {key: value for key, value in node.items() if value not in (None, "", [])}
