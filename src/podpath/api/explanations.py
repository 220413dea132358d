"""Every name that output prints, explained: checks, causes, concepts, drop reasons of the kernel."""

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from podpath.api.errors import UserError
from podpath.language import marked, tr
from podpath.state.typo import did_you_mean, near

if TYPE_CHECKING:
    from podpath.explain.drop_reasons import DropReason


class Explanation(NamedTuple):
    """A page.

    Attributes:
        name: the name that it is about.
        kind: check, cause, concept or drop-reason.
        title: one line.
        text: paragraphs, parted by empty lines; those that are indented are commands or drawings.
    """

    name: str
    kind: Literal["check", "cause", "concept", "drop-reason"]
    title: str
    text: str


def explanation(name: str) -> Explanation:
    """Return the page on a name.

    Args:
        name: a check, a cause, a concept, or a drop reason in any case.

    Raises:
        UserError: nothing is called so.
    """
    from podpath.causes.registry import cause as declared
    from podpath.causes.registry import names
    from podpath.checks.engine.registry import checks
    from podpath.explain.concepts import find
    from podpath.explain.drop_reasons import drop_reason, reasons_of

    word = name.strip().lower()
    if word in names():
        cause = declared(word)
        text = tr(cause.explain) + ("" if word in checks() else tr(_TRACED)) + _dropped(reasons_of(word))
        kind: Literal["check", "cause"] = "check" if word in checks() else "cause"
        return Explanation(word, kind, f"{cause.name} ({tr(cause.severity)}): {tr(cause.title)}", text)
    if (concept := find(word)) is not None:
        return Explanation(word, "concept", concept.title, concept.text)
    if (page := drop_reason(word)) is not None:
        return Explanation(name.strip(), "drop-reason", f"{page.name}: {page.title}", _of_reason(page))
    raise UserError(tr('nothing is called "{name}"{word}', name=name, word=_hint(word)))


def _of_reason(page: "DropReason") -> str:
    """Return the text of a drop reason's page, with the reasons that share it and the causes that belong to it."""
    text = page.text
    if page.also:
        text += tr("\n\nThe same page is about {also}.", also=", ".join(page.also))
    if page.causes:
        text += tr("\n\nCauses that podpath knows (podpath explain NAME): {causes}.", causes=", ".join(page.causes))
    return text


def _dropped(reasons: list[str]) -> str:
    """Return what `podpath drops` shows of a cause; nothing where no reason of the kernel belongs to it."""
    if not reasons:
        return ""
    return tr(
        "\n\nWhere it drops a packet, the kernel's reason is one of these (podpath drops): {reasons}.", reasons=", ".join(reasons)
    )


def _hint(name: str) -> str:
    """Return the names that were perhaps meant."""
    from podpath.causes.registry import names
    from podpath.explain.concepts import concepts
    from podpath.explain.drop_reasons import drop_reasons

    known = [*names(), *(word for c in concepts() for word in (c.name, *c.also))]
    found = near(name, known) or near(name.upper(), drop_reasons())
    return f"; {did_you_mean(found, '`podpath explain` lists all names')}"


_TRACED: Final = marked("""

`podpath trace` reports it if a packet is lost for this reason, with the entries that prove it. To try a fix before you run it:

    podpath trace A B --what-if 'COMMAND'""")
"""Text that is added to the page of a cause that has no check."""
