"""``podpath explain``: a check, a verdict or a concept in plain words."""

import argparse
import sys
from typing import Final

from podpath.cli.arguments import width, write
from podpath.cli.errors import UserError

SCHEMA: Final = "podpath.explain/1"


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "explain",
        help="a check or a concept (veth, fdb, vtep …) in plain words",
        description="Explains a check or a concept, with the commands that show it on your machine; lists all without a name.",
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help="name of a check or a concept")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="form of the answer (default: text)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command and return the exit code."""
    from podpath.checks.engine.registry import checks
    from podpath.explain.concepts import concepts, find

    if options.name is None:
        write(
            _list(
                {name: check.title for name, check in checks().items()},
                {c.name: c.title for c in concepts()},
                options.format,
            )
        )
        return 0
    name = options.name.strip().lower()
    check = checks().get(name)
    concept = None if check else find(name)
    if check is not None:
        title, text = f"{check.name} ({check.severity}): {check.title}", check.explain
    elif concept is not None:
        title, text = concept.title, concept.text
    else:
        raise UserError(f'nothing is called "{options.name}"{_hint(name)}')
    if options.format == "json":
        from podpath.report.json_text import json_text

        document = {
            "schema": SCHEMA,
            "name": name,
            "kind": "check" if check else "concept",
            "title": title,
            "text": text,
        }
        write(json_text(document))
    else:
        write(_wrapped(title, text))
    return 0


def _hint(name: str) -> str:
    """Return the names that were perhaps meant."""
    import difflib

    from podpath.checks.engine.registry import checks
    from podpath.explain.concepts import concepts

    known = [*checks(), *(word for c in concepts() for word in (c.name, *c.also))]
    near = difflib.get_close_matches(name, known, 3, 0.5)
    return f"; did you mean {', '.join(dict.fromkeys(near))}?" if near else "; `podpath explain` lists what there is"


def _wrapped(title: str, text: str) -> str:
    """Wrap paragraphs; lines that are indented are commands or drawings and stay as they are."""
    import textwrap

    columns = min(width(), 100) if sys.stdout.isatty() else 80
    parts = [*textwrap.wrap(title, columns), ""]
    for paragraph in text.strip().split("\n\n"):
        if paragraph.startswith("    "):
            parts.extend([*paragraph.split("\n"), ""])
        else:
            flat = " ".join(paragraph.split())
            parts.extend([*textwrap.wrap(flat, columns, break_long_words=False, break_on_hyphens=False), ""])
    return "\n".join(parts).rstrip() + "\n"


def _list(checks: dict[str, str], concepts: dict[str, str], form: str) -> str:
    if form == "json":
        from podpath.report.json_text import json_text

        return json_text({"schema": SCHEMA, "checks": checks, "concepts": concepts})
    lines = ["concepts"]
    lines += [f"  {name:<20} {title}" for name, title in concepts.items()]
    lines += ["", "checks"]
    lines += [f"  {name:<32} {title}" for name, title in checks.items()]
    return "\n".join(lines) + "\n"
