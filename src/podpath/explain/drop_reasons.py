"""Reads the pages of the kernel's drop reasons in ``reasons/``: the one table of reasons, and of the causes that lead to each.

The first line of a page is its reason and a title, ``also:`` names the reasons that share it, ``causes:`` the causes that end
with it; ``unshown: yes`` says that no table of a snapshot shows when it happens.
Names are those of ``enum skb_drop_reason`` in ``include/net/dropreason-core.h``, without their prefix.
"""

from functools import cache
from typing import NamedTuple

from podpath.explain.pages import folder_of
from podpath.language import chosen
from podpath.state.drop import Meaning


class DropReason(NamedTuple):
    """A page.

    Attributes:
        name: reason that the page is called by: ``OTHERHOST``; a page for several may have a word of its own.
        title: what it means, in one line.
        also: further reasons that it is about.
        causes: names of causes with which a packet may be dropped so.
        unshown: no table of a snapshot shows when it happens: the packet is damaged, or a queue is full.
        text: paragraphs; indented lines are commands.
    """

    name: str
    title: str
    also: tuple[str, ...]
    causes: tuple[str, ...]
    unshown: bool
    text: str

    @property
    def meaning(self) -> Meaning:
        """What it means, for reports."""
        return Meaning(self.title, self.causes, self.unshown)


def _parse(content: str) -> DropReason:
    head, _, rest = content.partition("\n")
    name, _, title = head.removeprefix("# ").partition(": ")
    lists: dict[str, tuple[str, ...]] = {}
    for word in ("also", "causes", "unshown"):
        if rest.startswith(f"{word}: "):
            line, _, rest = rest.partition("\n")
            lists[word] = tuple(item.strip() for item in line.removeprefix(f"{word}: ").split(","))
    return DropReason(name, title, lists.get("also", ()), lists.get("causes", ()), "unshown" in lists, rest.strip())


def drop_reasons() -> dict[str, DropReason]:
    """Return the pages by the reasons they are about, in the chosen language; several reasons may share one."""
    return _drop_reasons(chosen())


@cache
def _drop_reasons(language: str) -> dict[str, DropReason]:
    found = sorted(folder_of(language).joinpath("reasons").iterdir(), key=lambda item: item.name)
    pages = [_parse(file.read_text("utf-8")) for file in found if file.name.endswith(".md")]
    return {name: page for page in pages for name in (page.name, *page.also)}


def drop_reason(name: str) -> DropReason | None:
    """Return the page of a reason, in whatever case it is written and with or without the kernel's prefix."""
    full = name.strip().upper().replace("-", "_").removeprefix("SKB_DROP_REASON_")
    # Some reasons begin with SKB_ themselves (SKB_CSUM).
    return drop_reasons().get(full) or drop_reasons().get(full.removeprefix("SKB_"))


def reasons_of(cause: str) -> list[str]:
    """Return the pages of the reasons for which the kernel drops a packet because of a cause, by name."""
    return sorted({page.name for page in drop_reasons().values() if cause in page.causes})


def meaning_of(name: str) -> Meaning:
    """Return what a reason means; nothing is known of a reason without a page."""
    page = drop_reasons().get(name)
    return page.meaning if page is not None else Meaning("")
