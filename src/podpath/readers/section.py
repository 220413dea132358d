"""The output of one command, and the commands whose output is still to come."""

from dataclasses import dataclass, field
from typing import Final

from podpath.readers.command_line import Command
from podpath.readers.interface import Bad, Json, Reader
from podpath.readers.line_kinds import CODE_FENCE
from podpath.readers.pasted_text import without_remark
from podpath.readers.place import NOBODY, Place
from podpath.readers.whereabouts import NodeRef
from podpath.state.evidence import LEFT_OUT, Complete, Coverage, Degree, Unread
from podpath.state.pattern import lazy


@dataclass(slots=True)
class Section:
    """The output of one command.

    Attributes:
        node: where it ran.
        place: the namespace it ran in.
        command: the command line as typed; empty when it was recognised by its shape.
        words: its words without wrappers.
        reader: who reads it.
        coverage: what it shows of which tables.
        first: number of its first line in the file, from 1.
        lines: its lines.
        document: the decoded document, when the output is JSON.
        degree: how sure its place is.
        typed: a prompt stood before the command, or a file's name tells it.
        commands: how many commands of one line printed it.
        begun: how many outputs its lines have begun.
        follows: nothing tells its place but the prompt of an output before it.
    """

    node: NodeRef
    place: Place
    command: str
    words: list[str]
    reader: Reader
    coverage: tuple[Coverage, ...]
    first: int
    lines: list[str] = field(default_factory=list)
    document: Json = None
    degree: Degree = Degree.STATED
    typed: bool = True
    commands: int = 1
    begun: int = 0
    follows: bool = False

    def __post_init__(self) -> None:
        """Count the line that it begins with."""
        self.begun = sum(_begins(self.reader, line) for line in self.lines)

    @property
    def tells(self) -> bool:
        """Whether it says anything: a command that prose or a manual names, and nobody ran, has printed nothing."""
        return self.typed or self.document is not None or bool(self.lines)

    def shows_at_most(self, complete: Complete) -> None:
        """Note that lines of it may be missing."""
        self.coverage = tuple(part._replace(complete=complete) for part in self.coverage)


@dataclass(slots=True)
class Pending:
    """A command that was typed, with the reader of its output where there is one.

    Attributes:
        joined: how many commands of one line it stands for.
    """

    command: Command
    reader: Reader | None
    coverage: tuple[Coverage, ...]
    joined: int = 1


_CUT: Final = lazy(r"\s(?:src|dev|via|metric|proto|scope|lladdr|dst|master|mtu|qdisc|state|group|qlen|brd)$")
"""A word at the end of a line that wants another one behind it."""
_PLAIN: Final = lazy(r"\s*+[\w./:@-][\w./:@ -]*+$")
_LINK_WORDS: Final = frozenset(("group", "default", "qlen", "state", "mode", "master", "link-netnsid", "UP", "UNKNOWN"))
"""Words of `ip link` that may begin the second half of a line; its reader takes any word."""
_NARROWEST, _WIDEST, _MOST_WORDS = 70, 80, 6
"""Columns between which mail programs and terminals wrap, and words of what they put onto the next line."""
_NO_WORD: Final = "zzz"
"""A word that no command prints."""
_LONE_ADDRESS: Final = lazy(r"\d{1,3}(?:\.\d{1,3}){3}\s*$")


def claims(reader: Reader, line: str) -> bool:
    """Say whether a line looks like this reader's output."""
    return (reader.continues is not None and reader.continues.match(line) is not None) or (
        reader.starts is not None and reader.starts.match(line) is not None
    )


def is_look_alike(section: Section) -> bool:
    """Say whether only the first line of something else looks like this output."""
    confirms = section.reader.confirms
    if section.command or section.document is not None or confirms is None:
        return False
    return not any(confirms.match(line) for line in section.lines[1:])


def is_apart(section: Section, line: str) -> bool:
    """Return whether a line that looks like part of an output is not, or is not a line of its own.

    A lone address that stands apart is a heading, not a route of several hops, and dots are what a person put for lines left out.
    """
    if LEFT_OUT.match(line) or (section.lines and _CUT.search(section.lines[-1])):
        return True
    return bool(section.lines and not section.lines[-1].strip() and _LONE_ADDRESS.match(line))


def is_another(section: Section, line: str) -> bool:
    """Return whether a line that looks like part of an output begins another one of the same command."""
    if not _begins(section.reader, line):
        return False
    section.begun += 1
    return section.begun > section.commands


def _begins(reader: Reader, line: str) -> bool:
    return reader.once is not None and reader.once.match(line) is not None


def is_rest(section: Section, line: str) -> bool:
    """Say whether a line is the end of the line before, which a mail program or a narrow window has wrapped, and join them.

    The line before ends with a word that wants another, or so far to the right that the next word does not fit, or this line is
    one word that the reader knows and no other; and the reader takes the two as one line.
    """
    before = section.lines[-1] if section.lines else ""
    words = line.split()
    full = len(before) + 1 + len(words[0] if words else "") >= _NARROWEST and len(before) <= _WIDEST
    if not before.strip() or not words or section.reader.whole or section.reader.read is None:
        return False
    broken = len(before) >= _WIDEST and not _LINK_WORDS.isdisjoint(words)
    if broken and claims(section.reader, hard := f"{before}{line}") and _reads(section, hard):
        section.lines[-1] = hard  # a terminal breaks a line in the middle of a word
        section.lines.append("")
        return True
    full = full and len(words) <= _MOST_WORDS and _PLAIN.match(line) is not None
    joined = f"{before} {line.strip()}"
    known = words[0] in _LINK_WORDS or ((full or len(words) == 1) and not _reads(section, f"{before} {_NO_WORD}"))
    if not (_CUT.search(before) or ((full or len(words) == 1) and known)):
        return False
    if not claims(section.reader, joined) or not _reads(section, joined):
        return False
    section.lines[-1] = joined
    section.lines.append("")  # in step with the file
    return True


def _reads(section: Section, line: str) -> bool:
    """Say whether the reader takes a line without complaint."""
    read = section.reader.read
    return read is not None and not any(isinstance(row, Bad) for _, row in read(section.words, [line]))


def is_remarked(section: Section, line: str) -> bool:
    """Say whether a line is of an output, without the remark behind it."""
    return not section.reader.whole and (bare := without_remark(line)) != line and claims(section.reader, bare)


def placed(section: Section, file: str) -> Section | Unread | None:
    """Return a section, or a note if its place is not known and it says anything."""
    if section.place.kind != NOBODY:
        return section
    if not section.lines:
        return None  # its output stands below, host by host
    lines = section.lines
    reason = f"nothing tells where `{section.command}` ran: put a heading with the node's name before it"
    return Unread(file, section.first, section.first + len(lines) - 1, reason, lines[0].strip()[:200])


def unambiguous(pending: list[Pending]) -> list[Pending]:
    """Join commands of one line whose outputs cannot be told apart into one that covers both.

    ``ip -4 route; ip -6 route`` prints rows that say what they are; the outputs of ``ip route show table 52; ip
    route`` do not, so silence means nothing in either, and rows are read with neither's table.
    """
    joined: list[Pending] = []
    for item in pending:
        twin = next((p for p in joined if p.reader is item.reader and p.command.place == item.command.place), None)
        if twin is None or item.reader is None or item.reader.whole:
            joined.append(item)
            continue
        twin.coverage = (*twin.coverage, *item.coverage)
        twin.joined += item.joined
        twin.command = twin.command._replace(text=f"{twin.command.text}; {item.command.text}")
        if len({c.part for c in twin.coverage}) > 1:
            twin.coverage = tuple(c._replace(complete=Complete.NO) for c in twin.coverage)
            twin.command = twin.command._replace(words=[*twin.command.words, "table", "?"])
    return joined


def keeps(section: Section, line: str) -> bool:
    """Give a line to an output that ends only where something else begins; say whether it is one."""
    if not section.reader.whole or CODE_FENCE.match(line):
        return False
    section.lines.append(line)
    if LEFT_OUT.match(line):
        section.shows_at_most(Complete.NO)
    return True
