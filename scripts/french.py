"""What makes a translation wrong by its form: placeholders, tags, and French typography (docs/design: U+00A0, ’)."""

import re

NBSP = "\u00a0"
PLACEHOLDER = re.compile(r"%\(\w+\)[#0\-+ ]?[\d.]*[a-z]|%[sdr]|\{\w*(?:![rs])?(?::[^{}]*)?\}")
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
NAMED_ENTITY = re.compile(r"&(?!nbsp;)[a-z]+;|&#\d+;")
ADDRESS = re.compile(r"\b(?:https?://|mailto:)\S+")
TIME = re.compile(r"\b\d{1,2}:\d{2}\b")

RULES = (
    ("a plain space before ; : ? ! % € or » (write U+00A0)", re.compile(r"[ \t\n][;:?!%€»]")),
    ("no space before ; : ? ! (write U+00A0)", re.compile(r"[\w)»’][;?!]|[\w)»’]:(?=\s|$)")),
    ("no space between a figure and % or € (write U+00A0)", re.compile(r"\d[%€]")),
    ("« without U+00A0 after it", re.compile(rf"«(?!{NBSP})")),
    ("» without U+00A0 before it", re.compile(rf"(?<!{NBSP})»")),
    ("straight double quotes (write « »)", re.compile(r'"')),
    ("a straight apostrophe (write ’)", re.compile(r"(?<=\w)'|'(?=\w)")),
    ("three dots (write …)", re.compile(r"\.\.\.")),
    ("U+202F, which the fonts lack (write U+00A0)", re.compile("\u202f")),
)


def problems(source: tuple[str, ...], translation: tuple[str, ...]) -> list[str]:
    """Sentences on a translated text; `source` and `translation` hold one form, or singular and plural."""
    found: list[str] = []
    allowed = {name for form in source for name in _placeholders(form)}
    needed = _placeholders(source[-1])
    for number, form in enumerate(translation):
        names = _placeholders(form)
        if names - allowed:
            found.append(f"placeholder {', '.join(sorted(names - allowed))} is not in the source")
        # A singular may do without its number ("one tribe"); the last form may not.
        if number == len(translation) - 1 and needed - names:
            found.append(f"placeholder {', '.join(sorted(needed - names))} is missing")
        if sorted(TAG.findall(form)) not in [sorted(TAG.findall(text)) for text in source]:
            found.append("the HTML tags differ from the source")
        found += typography(form)
    return found


def typography(text: str) -> list[str]:
    """French typography of what a reader sees: tags, placeholders, addresses and times of day are left out."""
    text = TAG.sub("", text)
    text = ADDRESS.sub("", text)
    text = PLACEHOLDER.sub("0", text.replace("%%", "%"))
    text = TIME.sub("0", text)
    text = NAMED_ENTITY.sub("x", text.replace("&nbsp;", NBSP))
    return [sentence for sentence, pattern in RULES if pattern.search(text)]


def _placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text.replace("%%", "")))
