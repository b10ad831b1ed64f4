"""Translations without GNU gettext: extract from code and templates, update, compile and check locale/*/django.po.

python -m scripts.translations extract   print every text, with its places
python -m scripts.translations update    add new texts, drop unused ones, keep what is translated
python -m scripts.translations compile   write the .mo files that are missing or older than their .po
python -m scripts.translations check     nothing missing, unused, empty or fuzzy; placeholders and typography right
"""

import argparse
import ast
import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from scripts import french
from scripts.environment import ROOT, stale_translations

LANGUAGES = ("fr",)
PYTHON_FOLDERS = ("config", "orgs", "okr", "reminders", "reviews", "workshops", "planning")
TEMPLATE_FOLDERS = ("templates",)
TEMPLATE_ENDINGS = (".html", ".txt")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# What our code fills in. Babel and msgfmt take the "% i" of "100% is" for a placeholder too.
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]\b|%%")
PLAIN = ("gettext", "gettext_lazy")  # what may be called _
FUNCTIONS = {*(name for name in KEYWORDS if name.endswith(("gettext", "gettext_lazy", "gettext_noop")))}

Text = str | tuple[str, ...]
Key = tuple[str | None, str]


def extracted() -> Catalog:
    """Every text of the code and the templates, with the files it is used in (sorted by file and line)."""
    catalog = Catalog(charset="utf-8", header_comment="# Texts of Polaris. See CONTRIBUTING.md, Translations.")
    for file in _sources():
        name = file.relative_to(ROOT).as_posix()
        source = file.read_text(encoding="utf-8")
        if file.suffix != ".py":
            # What is between the calls is blanked out by Django; only indentation could still disturb a tokenizer.
            lines = templatize(source, origin=name).replace("\u00a0", " ").splitlines()
            source = "\n".join(line.strip() for line in lines)
        # io.BytesIO declares no encoding, and Python's default is UTF-8.
        for line, texts, _comments, context in extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS):
            catalog.add(texts, None, [(name, line)], context=context)
    return catalog


def _sources() -> Iterator[Path]:
    for folder in PYTHON_FOLDERS:
        yield from sorted((ROOT / folder).rglob("*.py"))
    for folder in TEMPLATE_FOLDERS:
        yield from sorted(file for file in (ROOT / folder).rglob("*") if file.suffix in TEMPLATE_ENDINGS)


def po_file(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    file = po_file(language)
    if not file.exists():
        return Catalog(locale=language, charset="utf-8")
    with open(file, "rb") as source:
        return read_po(source, locale=language, charset="utf-8")


def update(language: str) -> Catalog:
    """The catalog of a language for today's texts: known translations kept, new texts empty, unused ones gone."""
    known = {_key(message): message for message in _messages(read(language))}
    header = f"# {language} texts of Polaris. See CONTRIBUTING.md, Translations."
    catalog = Catalog(locale=language, charset="utf-8", header_comment=header)
    for message in _messages(extracted()):
        earlier = known.get(_key(message))
        same_form = earlier is not None and isinstance(earlier.id, str) == isinstance(message.id, str)
        added = catalog.add(
            message.id,
            earlier.string if earlier is not None and same_form and "fuzzy" not in earlier.flags else None,
            sorted(message.locations),
            context=message.context,
            user_comments=earlier.user_comments if earlier is not None else (),
        )
        if not any(map(PLACEHOLDER.search, _forms(message.id))):
            added.flags.discard("python-format")
    return catalog


def write(language: str, catalog: Catalog) -> None:
    file = po_file(language)
    file.parent.mkdir(parents=True, exist_ok=True)
    output = io.BytesIO()
    # Neither dates nor line numbers: a run changes only what changed.
    write_po(output, catalog, width=120, sort_by_file=True, include_lineno=False, omit_header=True)
    head = (
        f"{catalog.header_comment}\n"
        'msgid ""\nmsgstr ""\n'
        f'"Language: {language}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    )
    file.write_bytes(head.encode() + output.getvalue())


def compile_stale() -> None:
    """Write each .mo that is missing or older than its .po. Safe beside another process doing the same."""
    for source in stale_translations():
        target = source.with_suffix(".mo")
        partial = target.with_suffix(f".{os.getpid()}.part")
        with open(source, "rb") as text, open(partial, "wb") as output:
            write_mo(output, read_po(text, locale=source.parts[-3], charset="utf-8"))
        partial.replace(target)


def problems(language: str) -> list[str]:
    """What is wrong with a language's catalog, a sentence each."""
    wanted = {_key(message): message for message in _messages(extracted())}
    have = {_key(message): message for message in _messages(read(language))}
    found = [f"missing: {_shown(key)} ({_places(wanted[key])})" for key in wanted.keys() - have.keys()]
    found += [f"no longer used: {_shown(key)}" for key in have.keys() - wanted.keys()]
    for key in wanted.keys() & have.keys():
        message = have[key]
        if isinstance(message.id, str) != isinstance(wanted[key].id, str):
            found.append(f"plural forms differ from the source: {_shown(key)}")
        elif "fuzzy" in message.flags:
            found.append(f"fuzzy: {_shown(key)}")
        elif not all(_forms(message.string)):
            found.append(f"empty: {_shown(key)}")
        else:
            found += [
                f"{problem}: {_shown(key)}" for problem in french.problems(_forms(message.id), _forms(message.string))
            ]
    return sorted(found)


def unknown_names() -> list[str]:
    """Where code calls a function of Django's translations by a name whose texts nobody extracts, a sentence each."""
    found = []
    for file in _sources():
        if file.suffix != ".py":
            continue
        name = file.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
                pairs = [(one.name, one.asname or one.name) for one in node.names]
            elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                pairs = [(ast.unparse(node.value).rpartition(".")[2], ast.unparse(target)) for target in targets]
            else:
                continue
            found += [
                f"texts of {alias} are not extracted: {name}:{node.lineno}"
                for function, alias in pairs
                if function in FUNCTIONS and alias not in (function, *(("_",) if function in PLAIN else ()))
            ]
    return found


def _messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def _key(message: Message) -> Key:
    return message.context, _forms(message.id)[0]


def _forms(text: Text | list[str] | None) -> tuple[str, ...]:
    if text is None:
        return ("",)
    return (text,) if isinstance(text, str) else tuple(text)


def _shown(key: Key) -> str:
    context, text = key
    return repr(text if len(text) < 90 else text[:87] + "…") + (f" ({context})" if context else "")


def _places(message: Message) -> str:
    return ", ".join(f"{name}:{line}" for name, line in message.locations[:3])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["extract", "update", "compile", "check"])
    action = parser.parse_args().action
    if action == "extract":
        for message in _messages(extracted()):
            print(f"{_places(message)}: {' | '.join(_forms(message.id))}")
    elif action == "update":
        for language in LANGUAGES:
            catalog = update(language)
            write(language, catalog)
            open_texts = sum(not all(_forms(message.string)) for message in _messages(catalog))
            print(f"{language}: {len(_messages(catalog))} texts, {open_texts} to translate")
        compile_stale()
    elif action == "compile":
        compile_stale()
    else:
        found = [f"{language}: {problem}" for language in LANGUAGES for problem in problems(language)] + unknown_names()
        print("\n".join(found) or f"{', '.join(LANGUAGES)}: {len(_messages(extracted()))} texts, nothing open")
        sys.exit(bool(found))


if __name__ == "__main__":
    main()
