"""What a simulated person reads off the page: forms to send, notes and families on the board, what there is to choose."""

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

Attributes = dict[str, str]


@dataclass
class Form:
    """`fields` are what it would send untouched; `choices` the values of its <select>s; `owner` ids around and inside it."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)


@dataclass
class Card:
    """A note on the board, in which family if any, and under which subject."""

    uid: str
    text: str = ""
    family: str = ""
    subject: str = ""
    is_held: bool = False


@dataclass
class Page:
    forms: list[Form] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    families: dict[str, str] = field(default_factory=dict)  # uid → name, "" without one
    items: dict[str, str] = field(default_factory=dict)  # what is voted on, marked or decided: key → text
    elements: dict[str, Attributes] = field(default_factory=dict)  # by id
    addresses: list[str] = field(default_factory=list)  # of links

    def form_with(self, element: str) -> Form | None:
        """The form that the element of that id is, or is in."""
        return next((form for form in self.forms if element in form.ids), None)

    def data(self, element: str, name: str) -> str:
        return self.elements.get(element, {}).get(f"data-{name}", "")

    @property
    def phase(self) -> str:
        """The kind of the current phase, "lobby" or "closed", with its id: "vote-12"."""
        return self.data("deck", "phase")

    @property
    def chosen(self) -> dict[str, Any]:
        return json.loads(self.data("choices", "chosen") or "{}")


def read(html: str) -> Page:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._form: Form | None = None
        self._card: Card | None = None
        self._item = self._family = self._subject = self._select = ""
        self._says: list[str] | None = None  # the text that is being read
        self._said_for = ""
        self._depth = 0  # of <section> in a family
        self._textarea = ""

    def handle_starttag(self, tag: str, found: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in found}
        if identity := attributes.get("id"):
            self.page.elements[identity] = attributes
        if tag == "form":
            self._form = Form(attributes.get("action", ""))
            self.page.forms.append(self._form)
        if self._form is not None and identity:
            self._form.ids.add(identity)
        if tag in ("input", "select", "option", "textarea", "button"):
            self._control(tag, attributes)
        if tag == "a" and attributes.get("href"):
            self.page.addresses.append(attributes["href"])
        self._board(tag, attributes)

    def _control(self, tag: str, attributes: Attributes) -> None:
        if self._form is None:
            return
        name, kind = attributes.get("name", ""), attributes.get("type", "")
        if tag == "input" and name and (kind not in ("checkbox", "radio") or "checked" in attributes):
            self._form.fields[name] = attributes.get("value", "")
        elif tag == "select" and name:
            self._select = name
            self._form.choices[name] = []
        elif tag == "option" and self._select:
            value = attributes.get("value", "")
            self._form.choices[self._select].append(value)
            if "selected" in attributes or self._select not in self._form.fields:
                self._form.fields[self._select] = value
        elif tag == "textarea" and name:
            self._textarea, self._says, self._said_for = name, [], "field"

    def _board(self, tag: str, attributes: Attributes) -> None:
        if "data-subject" in attributes:
            self._subject = attributes["data-subject"]
        if tag == "section":
            self._depth += bool(self._family)
            if "data-family" in attributes:
                self._family, self._depth = attributes["data-family"], 1
                self.page.families[self._family] = ""
        elif tag == "li" and "data-note" in attributes:
            held = "data-holder" in attributes
            self._card = Card(attributes["data-note"], family=self._family, subject=self._subject, is_held=held)
            self.page.cards.append(self._card)
        elif tag == "li" and "data-item" in attributes:
            self._item = attributes["data-item"]
            self.page.items[self._item] = ""
        elif tag == "h3" and self._family and "data-unnamed" not in attributes and not self.page.families[self._family]:
            self._says, self._said_for = [], "family"
        elif tag == "p" and self._card is not None and not self._card.text:
            self._says, self._said_for = [], "card"
        elif tag == "p" and self._item and not self.page.items[self._item]:
            self._says, self._said_for = [], "item"

    def handle_data(self, data: str) -> None:
        if self._says is not None:
            self._says.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._says is not None and tag in ("p", "h3", "textarea"):
            self._said(" ".join("".join(self._says).split()))
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "section" and self._family:
            self._depth -= 1
            if not self._depth:
                self._family = ""
        elif tag == "li" and self._card is not None:
            self._card = None

    def _said(self, text: str) -> None:
        if self._said_for == "family":
            self.page.families[self._family] = text
        elif self._said_for == "card" and self._card is not None:
            self._card.text = text
        elif self._said_for == "item":
            self.page.items[self._item] = text
        elif self._said_for == "field" and self._form is not None:
            self._form.fields[self._textarea] = text
        self._says = None
