"""The form of a piece of evidence: what is said, and a file that is checked by its content."""

from typing import Any, BinaryIO, cast

from django import forms
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from okr.actions.evidence import Upload
from okr.files import ALLOWED, FileRefused, Refusal, check_file, extension_of, tidy_name
from okr.forms.inputs import LineField, ParagraphField
from okr.language import language
from okr.models import Evidence
from okr.tables import TableRefused, Trouble, read_table
from orgs.rules import RuleBroken

SHOWN_TYPES = "PDF, PNG, JPEG, WebP, CSV, Excel, Word, PowerPoint, TXT"


def _longest(name: str) -> int | None:
    return getattr(Evidence._meta.get_field(name), "max_length", None)


class EvidenceForm(forms.Form):
    """What okr.actions.evidence.OWN names. Once valid, `values()` are for the action, and `upload` is the new file.

    A CSV becomes a chart while `chart` is ticked: what cannot be drawn is then refused, by its line.
    """

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("", _("Choose")), *Evidence.Kind.choices],
        error_messages={"required": _("Choose what kind of fact it is.")},
    )
    title = LineField(
        label=_("What the data say"),
        max_length=_longest("title"),
        help_text=_("The fact in one sentence, as one would say it aloud."),
        error_messages={"required": _("Say what the data show, in one sentence.")},
    )
    figure = LineField(
        label=_("Key figure"), required=False, max_length=_longest("figure"), help_text=_("27%, €4.10, 8 of 10…")
    )
    source = LineField(
        label=_("Source"),
        required=False,
        max_length=_longest("source"),
        help_text=_("Who measured it, when, on how many."),
    )
    url = forms.URLField(
        label=_("Link"),
        required=False,
        max_length=_longest("url"),
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "dir": "ltr"}),
        error_messages={"invalid": _("Enter a whole address, such as https://example.org/report.")},
    )
    note = ParagraphField(label=_("Note"), required=False, max_length=_longest("note"))
    file = forms.FileField(
        label=_("File"),
        required=False,
        widget=forms.FileInput,
        error_messages={"empty": _("This file is empty.")},
    )
    chart = forms.BooleanField(label=_("Draw the figures of a CSV as a chart"), required=False, initial=True)
    without_file = forms.BooleanField(label=_("Take the file away"), required=False)

    def __init__(self, data: Any = None, files: Any = None, *, evidence: Evidence | None = None) -> None:
        self.evidence = evidence
        self.upload: Upload | None = None
        self.table: dict[str, Any] | None = evidence.table if evidence else None
        names = ("kind", "title", "figure", "source", "url", "note")
        stored = {name: getattr(evidence, name) for name in names} if evidence else {}
        if evidence and self.has_stored_csv:
            stored["chart"] = evidence.table is not None
        super().__init__(data, files, initial=stored)
        self.fields["file"].widget.attrs = {
            "accept": ",".join(f".{extension}" for extension in ALLOWED),
            "data-most": str(settings.EVIDENCE_MAX_BYTES),
            "data-too-large": self._too_large(),
        }
        self.fields["file"].help_text = gettext("%(types)s, up to %(size)s. A CSV becomes a chart.") % {
            "types": SHOWN_TYPES,
            "size": filesizeformat(settings.EVIDENCE_MAX_BYTES),
        }
        if evidence is None or not evidence.file:
            del self.fields["without_file"]

    @property
    def has_stored_csv(self) -> bool:
        return bool(self.evidence and self.evidence.file and extension_of(self.evidence.file_name) == "csv")

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        if url and not url.casefold().startswith(("http://", "https://")):
            raise forms.ValidationError(gettext("A link begins with https:// or http://."))
        return url

    def clean_file(self) -> UploadedFile | None:
        sent: UploadedFile | None = self.cleaned_data["file"]
        if sent is None:
            return None
        if (sent.size or 0) > settings.EVIDENCE_MAX_BYTES:
            raise forms.ValidationError(self._too_large())
        try:
            check_file(sent.name or "", cast(BinaryIO, sent))
        except FileRefused as refused:
            raise forms.ValidationError(_refusal(refused)) from None
        return sent

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        sent: UploadedFile | None = said.get("file")
        drawn = bool(said.get("chart"))
        try:
            if sent is not None:
                is_csv = extension_of(sent.name or "") == "csv"
                self.table = _table(sent) if is_csv and drawn else None
                self.upload = Upload(tidy_name(sent.name or ""), int(sent.size or 0), sent, self.table)
            elif self.has_stored_csv and "file" not in self.errors:
                self.table = self._table_of_stored() if drawn else None
        except TableRefused as refused:
            self.add_error("file", table_refusal(refused))
        except FileNotFoundError:  # files are kept apart from the database
            self.add_error("file", gettext("The stored file cannot be found. Choose it again."))
        return said

    def values(self) -> dict[str, Any]:
        """For okr.actions.evidence."""
        said = {name: self.cleaned_data[name] for name in ("kind", "title", "figure", "source", "url", "note")}
        if self.upload is None and self.has_stored_csv and not self.drops_file:
            said["table"] = self.table
        return said

    @property
    def drops_file(self) -> bool:
        return bool(self.cleaned_data.get("without_file")) and self.upload is None

    def refuse(self, broken: RuleBroken) -> None:
        """Put the refusal of an action beside its field, or on top of the form."""
        self.add_error(broken.field if broken.field in self.fields else None, broken.message)

    def _table_of_stored(self) -> dict[str, Any] | None:
        assert self.evidence is not None
        if self.evidence.table is not None:
            return self.evidence.table
        with default_storage.open(str(self.evidence.file.name)) as stored:
            return read_table(stored.read(), language()).as_json()

    def _too_large(self) -> str:
        size = filesizeformat(settings.EVIDENCE_MAX_BYTES)
        return gettext("This file is too large: at most %(size)s.") % {"size": size}


def _table(sent: UploadedFile) -> dict[str, Any]:
    sent.seek(0)
    content = sent.read()
    sent.seek(0)
    return read_table(content, language()).as_json()


def _refusal(refused: FileRefused) -> str:
    match refused.refusal:
        case Refusal.TYPE:
            return gettext("Files of this type are not kept. Choose one of: %(types)s.") % {"types": SHOWN_TYPES}
        case Refusal.MACROS:
            return gettext("This file holds macros. Save it without them, then choose it again.")
        case Refusal.EMPTY:
            return gettext("This file is empty.")
        case _:
            words = {"extension": refused.extension.upper()}
            return gettext("Its content is not that of a %(extension)s file. Save it anew as one, or as PDF.") % words


def table_refusal(refused: TableRefused) -> str:
    """What is wrong with a CSV, and where."""
    words = {"line": refused.line, "column": refused.column, "text": refused.text, "limit": refused.limit}
    messages = {
        Trouble.ENCODING: _("This is not a text file that can be read. Save it as CSV in UTF-8."),
        Trouble.EMPTY: _("There is nothing to draw: the first line names the columns, the next ones hold the figures."),
        Trouble.HEADER: _("Line %(line)s holds figures: the first line must name the columns."),
        Trouble.UNNAMED: _("Line %(line)s: column %(text)s has no name."),
        Trouble.ONE_COLUMN: _(
            "Line %(line)s has one column: labels come first, then figures, apart by a semicolon, a comma or a tab."
        ),
        Trouble.COLUMNS: _("There are %(text)s columns of figures: a chart takes at most %(limit)s."),
        Trouble.ROWS: _("There are more than %(limit)s lines: a chart takes fewer. Sum them up."),
        Trouble.WIDTH: _("Line %(line)s has %(text)s columns, the first line %(limit)s."),
        Trouble.QUOTES: _("Line %(line)s: a quotation mark is not closed."),
        Trouble.LABEL: _("Line %(line)s has no label in its first column."),
        Trouble.LONG: _("Line %(line)s: “%(text)s” is longer than %(limit)s characters."),
        Trouble.NUMBER: _("Line %(line)s, column “%(column)s”: “%(text)s” is not a number."),
        Trouble.AMBIGUOUS: _("Line %(line)s, column “%(column)s”: “%(text)s” can be read as two different numbers."),
        Trouble.FORMULA: _(
            "Line %(line)s, column “%(column)s”: “%(text)s” is a formula, and is not calculated. Save the values."
        ),
        Trouble.NO_FIGURES: _("There is no figure in it."),
    }
    advice = gettext("To keep it as a file only, untick “%(field)s”.") % {
        "field": gettext("Draw the figures of a CSV as a chart")
    }
    return f"{messages[refused.trouble] % words} {advice}"
