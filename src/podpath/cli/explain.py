"""``podpath explain``: a check, a verdict, a concept or a drop reason in plain words."""

import argparse
import sys
from collections.abc import Container, Iterable
from typing import TYPE_CHECKING, Final

from podpath.cli.arguments import names_of, width, write
from podpath.cli.errors import UserError
from podpath.state.typo import did_you_mean, near

if TYPE_CHECKING:
    from podpath.causes.cause import Cause
    from podpath.explain.drop_reasons import DropReason

SCHEMA: Final = "podpath.explain/1"


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "explain",
        help="a check, a concept (veth, fdb, vtep …) or a drop reason (OTHERHOST) in plain words",
        description=(
            "Explains a check, a concept or a drop reason of the kernel, with the commands that show it on your machine. "
            "Without a name, lists all of them."
        ),
    )
    name = parser.add_argument("name", nargs="?", metavar="NAME", help="name of a check, a concept or a drop reason")
    names_of(name, "explained")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="form of the output (default: text)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command and return the exit code."""
    from podpath.causes.registry import cause as declared
    from podpath.causes.registry import causes, names
    from podpath.checks.engine.registry import checks
    from podpath.explain.concepts import concepts, find
    from podpath.explain.drop_reasons import drop_reason, reasons_of

    if options.name is None:
        write(_list({c.name: c.title for c in concepts()}, tuple(causes().values()), checks(), options.format))
        return 0
    name = options.name.strip().lower()
    cause = declared(name) if name in names() else None
    concept = None if cause else find(name)
    page = None if cause or concept else drop_reason(name)
    if page is not None:
        name, title, text = options.name.strip(), f"{page.name}: {page.title}", _of_reason(page)
    elif cause is not None:
        title, text = f"{cause.name} ({cause.severity}): {cause.title}", cause.explain
        text += "" if name in checks() else _TRACED
        text += _dropped(reasons_of(name))
    elif concept is not None:
        title, text = concept.title, concept.text
    else:
        raise UserError(f'nothing is called "{options.name}"{_hint(name)}')
    if options.format == "json":
        from podpath.report.json_text import json_text

        document = {
            "schema": SCHEMA,
            "name": name,
            "kind": "concept" if concept else "drop-reason" if page else "check" if name in checks() else "cause",
            "title": title,
            "text": text,
        }
        write(json_text(document))
    else:
        write(_wrapped(title, text))
    return 0


def _of_reason(page: "DropReason") -> str:
    """Return the text of a drop reason's page, with the reasons that share it and the causes that belong to it."""
    text = page.text
    if page.also:
        text += f"\n\nThe same page is about {', '.join(page.also)}."
    if page.causes:
        text += f"\n\nCauses that podpath knows (podpath explain NAME): {', '.join(page.causes)}."
    return text


def _dropped(reasons: list[str]) -> str:
    """Return what `podpath drops` shows of a cause; nothing where no reason of the kernel belongs to it."""
    if not reasons:
        return ""
    return f"\n\nWhere it drops a packet, the kernel's reason is one of these (podpath drops): {', '.join(reasons)}."


def _hint(name: str) -> str:
    """Return the names that were perhaps meant."""
    from podpath.causes.registry import names
    from podpath.explain.concepts import concepts
    from podpath.explain.drop_reasons import drop_reasons

    known = [*names(), *(word for c in concepts() for word in (c.name, *c.also))]
    found = near(name, known) or near(name.upper(), drop_reasons())
    return f"; {did_you_mean(found, '`podpath explain` lists all names')}"


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


def _list(concepts: dict[str, str], causes: Iterable["Cause"], checked: Container[str], form: str) -> str:
    from podpath.explain.drop_reasons import drop_reasons

    by_check = {cause.name: cause.title for cause in causes if cause.name in checked}
    by_trace = {cause.name: cause.title for cause in causes if cause.name not in checked}
    reasons = {page.name: page.title for page in drop_reasons().values()}
    if form == "json":
        from podpath.report.json_text import json_text

        return json_text(
            {"schema": SCHEMA, "checks": by_check, "causes": by_trace, "concepts": concepts, "drop_reasons": reasons}
        )
    lines = ["concepts"]
    lines += [f"  {name:<20} {title}" for name, title in concepts.items()]
    lines += ["", "checks: causes that `podpath check` finds"]
    lines += [f"  {name:<32} {title}" for name, title in by_check.items()]
    lines += ["", "causes that only `podpath trace` finds"]
    lines += [f"  {name:<32} {title}" for name, title in by_trace.items()]
    lines += ["", "reasons for which the kernel drops packets (podpath drops)"]
    lines += [f"  {name:<32} {title}" for name, title in reasons.items()]
    return "\n".join(lines) + "\n"


_TRACED: Final = """

`podpath trace` reports it if a packet is lost for this reason, with the entries that prove it. To try a fix before you run it:

    podpath trace A B --what-if 'COMMAND'"""
"""Text that is added to the page of a cause that has no check."""
