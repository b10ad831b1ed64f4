"""Compile every template, so that a wrong tag, filter or include is found without opening its page."""

import os
import sys
from typing import Any

import django
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template
from django.template.loader_tags import ExtendsNode, IncludeNode

from scripts.environment import ROOT


def problems() -> list[str]:
    found = []
    folder = ROOT / "templates"
    for file in sorted(path for path in folder.rglob("*") if path.suffix in (".html", ".txt")):
        name = file.relative_to(folder).as_posix()
        try:
            template: Any = get_template(name)
            # What a page extends and includes is loaded only when it is shown: ask for the names known now.
            for node in template.template.nodelist.get_nodes_by_type((ExtendsNode, IncludeNode)):
                reference: Any = node.parent_name if isinstance(node, ExtendsNode) else node.template
                if isinstance(reference.var, str):
                    get_template(reference.var)
        except (TemplateSyntaxError, TemplateDoesNotExist) as error:
            found.append(f"{name}: {type(error).__name__}: {error}")
    return found


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    found = problems()
    print("\n".join(found) or "every template compiles")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
