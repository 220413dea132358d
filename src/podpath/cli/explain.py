"""``podpath explain``: a check, a verdict, a concept or a drop reason in plain words."""

import argparse
import sys
from collections.abc import Container, Iterable
from typing import TYPE_CHECKING, Final

from podpath.cli.arguments import names_of, width, write
from podpath.language import tr
from podpath.language.wrap import wrapped

if TYPE_CHECKING:
    from podpath.causes.cause import Cause

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
    if options.name is None:
        from podpath.causes.registry import causes
        from podpath.checks.engine.registry import checks
        from podpath.explain.concepts import concepts

        write(_list({c.name: c.title for c in concepts()}, tuple(causes().values()), checks(), options.format))
        return 0
    from podpath.api.explanations import explanation

    page = explanation(options.name)
    if options.format == "json":
        from podpath.report.json_text import json_text

        write(json_text({"schema": SCHEMA, **page._asdict()}))
    else:
        write(_wrapped(page.title, page.text))
    return 0


def _wrapped(title: str, text: str) -> str:
    """Wrap paragraphs; lines that are indented are commands or drawings and stay as they are."""
    columns = min(width(), 100) if sys.stdout.isatty() else 80
    parts = [*wrapped(title, columns), ""]
    for paragraph in text.strip().split("\n\n"):
        if paragraph.startswith("    "):
            parts.extend([*paragraph.split("\n"), ""])
        else:
            flat = " ".join(paragraph.split())
            parts.extend([*wrapped(flat, columns), ""])
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
    lines += ["", tr("checks: causes that `podpath check` finds")]
    lines += [f"  {name:<32} {title}" for name, title in by_check.items()]
    lines += ["", tr("causes that only `podpath trace` finds")]
    lines += [f"  {name:<32} {title}" for name, title in by_trace.items()]
    lines += ["", tr("reasons for which the kernel drops packets (podpath drops)")]
    lines += [f"  {name:<32} {title}" for name, title in reasons.items()]
    return "\n".join(lines) + "\n"
