"""What a program sends: a JSON object of a size that is reasonable, with texts that can be stored."""

from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import IO, Any

from django import forms
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.utils import json

from assessments.api_problems import Refused, wrong_fields

LARGEST = 256 * 1024  # bytes: all answers with all reasons are a tenth of it


class BodyParser(JSONParser):
    """Reads JSON. Refuses what is too large, nested too deep or said twice before anything is made of it."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The object. Raises ParseError, ValidationError and Refused (413)."""
        content = stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise Refused(f"The body is larger than {LARGEST // 1024} kB.", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            body = json.loads(content.decode(), object_pairs_hook=_once, parse_constant=json.strict_constant)
        except RecursionError:
            raise ParseError("The JSON is nested too deep.") from None
        except ValueError as error:
            raise ParseError(f"The body is not JSON in UTF-8: {error}.") from None
        if not isinstance(body, dict):
            raise ParseError("Send a JSON object: {…}.")
        if faults := [name for name, text in _texts(body) if not _storable(text)]:
            raise wrong_fields({name: ["It holds a character that cannot be stored."] for name in faults})
        return body


def members(request: Request, known: Iterable[str]) -> dict[str, Any]:
    """The body. Raises for members that are not among the known ones."""
    body: dict[str, Any] = dict(request.data)
    names = tuple(known)
    takes = f"It takes: {', '.join(names)}." if names else "This address takes none."
    if unknown := [name for name in body if name not in names]:
        raise wrong_fields({name: [f"There is no “{name}” here. {takes}"] for name in unknown})
    return body


def name_the_words(form: forms.Form) -> None:
    """Let each choice of a form say what it takes: a page shows the words beside it, a program has not seen them."""
    for field in form.fields.values():
        if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
            words = ", ".join(str(value) for value, _ in field.widget.choices if value)
            field.error_messages["invalid_choice"] = f"“%(value)s” is not one of: {words}."
            field.error_messages["invalid_list"] = f"Send a list of: {words}."


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object. Which of two members of one name is meant, nobody can tell."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise wrong_fields({name: ["It stands in one object twice."] for name in found if names.count(name) > 1})
    return found


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a body with its place, the names of members among them."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield path, name
            yield from _texts(inner, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, path)


def _storable(text: str) -> bool:
    """No database stores a zero character, and half of a character is none."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
