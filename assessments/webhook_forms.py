"""The form of an endpoint."""

from collections.abc import Iterable
from typing import Any

from django import forms

from assessments.models import WebhookEndpoint
from assessments.webhooks import endpoints
from claims.models import Topic


class EndpointForm(forms.Form):
    """Where something is sent, of what, and what it is for. What is wrong with an address, the operation says."""

    url = forms.CharField(
        label="Address",
        max_length=2000,
        help_text="Begins with https:// and can be reached from the internet. Each event is sent there by POST.",
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Give the address of the other system."},
    )
    description = forms.CharField(
        label="What it is for",
        max_length=200,
        required=False,
        help_text="For the admins of the firm. It is never sent.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    events = forms.MultipleChoiceField(
        label="Tell it when",
        choices=endpoints.CHOICES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one event.",
            "invalid_choice": "Choose among the events of the list.",
        },
    )
    topics = forms.ModelMultipleChoiceField(
        label="Only of claims on these topics",
        queryset=Topic.objects.all(),
        to_field_name="slug",
        required=False,
        help_text="A topic includes those below it. Tick none to be told of all claims. Reports have no topics.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose among the topics of the list."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["topics"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.choices = [(topic.slug, words) for topic, words in _in_order(Topic.objects.order_by("name"))]

    @classmethod
    def of(cls, endpoint: WebhookEndpoint) -> "EndpointForm":
        """The form as an endpoint is now."""
        chosen = list(endpoint.topics.values_list("slug", flat=True))
        return cls(
            initial={
                "url": endpoint.url,
                "description": endpoint.description,
                "events": endpoint.events,
                "topics": chosen,
            }
        )


def _in_order(topics: Iterable[Topic]) -> list[tuple[Topic, str]]:
    """The tree from above, each topic behind the one that it stands under and with the way to it in its words."""
    below: dict[int | None, list[Topic]] = {}
    for topic in topics:
        below.setdefault(topic.parent_id, []).append(topic)
    found: list[tuple[Topic, str]] = []

    def walk(parent: int | None, way: str) -> None:
        for topic in below.get(parent, ()):
            found.append((topic, way + topic.name))
            walk(topic.pk, f"{way}{topic.name} › ")

    walk(None, "")
    return found
