"""What a person reads, or hears, on a page: its texts in the page's own language, without what is marked as another's."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

READ_ALOUD = ("aria-label", "title", "placeholder", "alt", "data-copy")
SILENT = {"script", "style"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class _Page(HTMLParser):
    texts: set[str] = field(default_factory=set)
    languages: list[tuple[str, str]] = field(default_factory=list)  # open elements with the language of each
    own: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        language = values.get("lang") or (self.languages[-1][1] if self.languages else "")
        if tag == "html":
            self.own = language
        if language == self.own:
            self.texts.update(_plain(values[name]) for name in READ_ALOUD if name in values)
        if tag not in VOID:
            self.languages.append((tag, language))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.languages and self.languages.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tag, language = self.languages[-1] if self.languages else ("", self.own)
        if tag not in SILENT and language == self.own:
            self.texts.add(_plain(data))


def _plain(text: str) -> str:
    return " ".join(text.split())


def texts_of(page: str) -> set[str]:
    """Each run of text between tags, and each text of an attribute; white space, also U+00A0, as one space."""
    reader = _Page()
    reader.feed(page)
    reader.close()
    return reader.texts - {""}
