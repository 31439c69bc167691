"""The form of a brand: what a firm, or one client of it, says of how reports look."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms import BoundField

from assessments.models import Assessment, Client, Firm
from claims.models import Person
from reports.brand_models import TEXTS, BrandVersion
from reports.branding import file_names, kept_logos, logos, operations
from reports.branding.brand import FACES, Brand, Logo
from reports.branding.rules import LONGEST, MOST_PARAGRAPHS
from reports.own_words import PASSAGES

WORDS = "words_"  # before the name of a passage
LOOK = ("logo", "logo_alt", "accent", "ink", "text_font", "figure_font")
SAID = ("cover_text", "footer_text", "disclaimer", "file_name")
PLACES = ", ".join(f"{{{name}}}" for name in file_names.PLACES)


def _line(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": "off", **attrs})


class BrandForm(forms.Form):
    """Everything of a brand. A valid form has the `brand` that can be saved.

    `below`: what stands where a field is left empty. `newest`: the version that counts now.
    """

    logo = forms.FileField(
        label="Logo",
        required=False,
        help_text=(
            f"PNG, JPEG or WebP, at most {logos.LARGEST // 1024 // 1024} MB. It stands above the firm's name on the "
            f"cover, at most {logos.WIDTH} by {logos.HEIGHT} pixels of it are kept."
        ),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        error_messages={"empty": f"The file is empty. {logos.KINDS}."},
    )
    remove_logo = forms.BooleanField(label="Remove the logo", required=False)
    logo_alt = forms.CharField(
        label="What the logo shows",
        required=False,
        help_text=f"For readers who do not see it, such as the firm's name. At most {LONGEST['logo_alt']} characters.",
        widget=_line(),
    )
    accent = forms.CharField(label="Accent colour", required=False, widget=_line(spellcheck="false", size="8"))
    ink = forms.CharField(label="Colour of the text", required=False, widget=_line(spellcheck="false", size="8"))
    text_font = forms.ChoiceField(label="Face of sentences and headings", required=False)
    figure_font = forms.ChoiceField(label="Face of figures, tables and labels", required=False)
    cover_text = forms.CharField(
        label="Line on the cover",
        required=False,
        help_text=f"Under the firm's name. At most {LONGEST['cover_text']} characters.",
        widget=_line(),
    )
    footer_text = forms.CharField(
        label="Line at the foot of each page",
        required=False,
        help_text=f"Above the day of the evidence and the seal. At most {LONGEST['footer_text']} characters.",
        widget=_line(),
    )
    disclaimer = forms.CharField(
        label="Terms",
        required=False,
        help_text=(
            f"Printed at the end of every report under the heading “Terms”. Plain text; an empty line begins a "
            f"paragraph. At most {LONGEST['disclaimer']:,} characters and {MOST_PARAGRAPHS} paragraphs."
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    file_name = forms.CharField(
        label="Name of the file",
        required=False,
        help_text=f"How a report is called when it is saved. It holds {{reference}}, and can hold any of {PLACES}.",
        widget=_line(spellcheck="false"),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        firm: Firm,
        client: Client | None,
        newest: BrandVersion | None,
        below: Brand,
        by: Person,
    ) -> None:
        self.firm, self.client, self.newest, self.by = firm, client, newest, by
        self.now = newest.brand if newest else Brand()
        initial = {name: getattr(self.now, name) for name in TEXTS} | {"seen": newest.number if newest else 0}
        initial |= {f"{WORDS}{name}": text for name, text in self.now.words.items()}
        super().__init__(data, files, initial=initial)
        whose = "the firm" if client else "Footing"
        for name in ("accent", "ink"):
            self.fields[name].help_text = f"As # and six digits. Left empty: {getattr(below, name)}, as {whose} has it."
        for name in ("text_font", "figure_font"):
            left = f"As {whose} has it: {getattr(below, name)}"
            self.fields[name].choices = [("", left), *((face, face) for face in FACES)]
            self.fields[name].error_messages["invalid_choice"] = f"Choose one of {', '.join(FACES)}."
        self.fields["file_name"].help_text += f" Left empty: {below.file_name}, as {whose} has it."
        for language, (name, passage) in product(Assessment.Language.values, PASSAGES.items()):
            own = passage.own(language)
            self.fields[f"{WORDS}{language}.{name}"] = forms.CharField(
                label=f"{passage.title} ({Assessment.Language(language).label})",
                required=False,
                help_text=f"{passage.where} Ours: {own}" if own else passage.where,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
        self.uploaded: Logo | None = None
        self.brand = Brand()

    def clean_logo(self) -> Logo | None:
        """The picture that is uploaded, else the one that an earlier try has left, else the one that counts."""
        file: UploadedFile | None = self.cleaned_data["logo"]
        if file is None:
            self.uploaded = kept_logos.found(self.data.get("logo_kept", ""), firm=self.firm, by=self.by)
            return self.uploaded or self.now.logo
        if (file.size or 0) > logos.LARGEST:
            raise forms.ValidationError(logos.TOO_LARGE)
        try:
            self.uploaded = logos.read(bytes(file.read()))
        except logos.LogoRefused as refused:
            raise forms.ValidationError(str(refused)) from refused
        return self.uploaded

    def clean(self) -> dict[str, Any]:
        """Hold the whole against what a brand may say."""
        cleaned = super().clean() or {}
        logo = None if cleaned.get("remove_logo") else cleaned.get("logo")
        said = {name: cleaned.get(name, "") for name in TEXTS}
        if cleaned.get("remove_logo"):
            self.uploaded, said["logo_alt"] = None, ""
        if "logo" in self.errors:
            logo, said["logo_alt"] = None, ""  # what is wrong with the picture is said once
        words = {name.removeprefix(WORDS): cleaned.get(name, "") for name in self.fields if name.startswith(WORDS)}
        self.brand = operations.tidied(Brand(**said, logo=logo, words=words))
        try:
            operations.check(firm=self.firm, client=self.client, brand=self.brand)
        except operations.BrandRefused as refused:
            for field, sentences in refused.faults.items():
                for sentence in sentences:
                    self.add_error(field.replace("words.", WORDS), sentence)
        return cleaned

    @property
    def kept(self) -> str:
        """The word for a picture that was uploaded and is not saved yet; empty where there is none."""
        return kept_logos.keep(self.uploaded, firm=self.firm, by=self.by) if self.uploaded else ""

    def look(self) -> list[BoundField]:
        """The fields of logo, colours and faces; the box that takes a logo away where there is one."""
        names = [name for name in LOOK if name != "logo"]
        return [self[name] for name in ("logo", *(("remove_logo",) if self.now.logo else ()), *names)]

    def said(self) -> list[BoundField]:
        """The fields of texts."""
        return [self[name] for name in SAID]

    def words(self) -> Iterator[tuple[str, list[BoundField], bool]]:
        """The fields of passages by the name of their language, and whether one of them holds or misses something."""
        for language in Assessment.Language:
            fields = [self[f"{WORDS}{language.value}.{name}"] for name in PASSAGES]
            yield language.label, fields, any(field.value() or field.errors for field in fields)
