"""Pasted text to sections: which lines are which command's output, on which node, in which namespace.

The parser goes through the lines once and keeps only the section that it is in,
so that a file of any length can be read. A line belongs to the section as long
as it looks like that command's output; otherwise it is a prompt, a command, a
heading, the start of another command's output, or unread. Nothing is dropped:
every line that is not blank ends in a section or in an :class:`Unread`.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from podpath.readers.command_line import Command, Prompt, certain, find_prompt, split_commands, watched
from podpath.readers.heading import Heading, find_heading
from podpath.readers.interface import Json, Reader
from podpath.readers.place import Place
from podpath.readers.registry import is_program, reader_of_json, reader_of_line, readers
from podpath.state.address import Ip
from podpath.state.evidence import Complete, Coverage, Unread


@dataclass(eq=False, slots=True)
class NodeRef:
    """A node as the transcript calls it so far; the name may become better while reading.

    Attributes:
        name: name of the node.
        address: underlay address that the heading or the file name states.
        hosts: host names seen in its prompts.
        key: what the node was first called; stays when the name becomes better.
    """

    name: str
    address: Ip | None = None
    hosts: set[str] = field(default_factory=set)
    key: str = ""

    def __post_init__(self) -> None:
        """Keep the first name as the key."""
        self.key = self.key or self.name


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


@dataclass(slots=True)
class _Pending:
    """A command that was typed, with the reader of its output where there is one."""

    command: Command
    reader: Reader | None
    coverage: tuple[Coverage, ...]


_ERROR: Final = re.compile(
    r"(?i)^(?:.*: )?(?:command not found|not found|permission denied|operation not permitted|cannot open network namespace"
    r".*|dump (?:was interrupted|terminated).*|rtnetlink answers: .*|unknown (?:command|option).*|object \".*\" is unknown.*"
    r"|you do not have enough rights.*|this command needs.*|no such container.*|error response from daemon.*"
    r"|cannot connect to the docker daemon.*)\s*$"
)
_NETNS_LINE: Final = re.compile(r"^netns: (\S+)\s*$")
_EXIT: Final = frozenset({"exit", "logout"})
_QUIET: Final = frozenset({"exit", "logout", "clear", "cd", "echo", "set", "export", "history", "true", "sleep", ":", "ls"})
_SILENT: Final[tuple[list[str], ...]] = ([], ["echo"], ["cd"], ["clear"], ["exit"], ["logout"], ["hostname"])
_FENCE: Final = re.compile(r"^\s*(?:```\w*|~~~\w*|[-=_*]{3,}|\+ )\s*$")
_RULE: Final = re.compile(r"^-{8,}\s*$")
_BETWEEN: Final = re.compile(r"^([A-Za-z0-9][\w.-]*)\s*$")
"""The name of a host below a rule, as clush(1) and dshbak(1) print it."""
_JSON_START: Final = re.compile(r"^\s*(?:[\[{]\s*$|[\[{]\s*[\"\[{]|\[\s*\]\s*$|\{\s*\}\s*$)")
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*+"?')
_LONGEST_TYPED: Final = 4000
_DECORATION: Final = re.compile(r"[\s#=*+\-`>$\d.)【\[]*")
_AFTER: Final = " \t\r\f\v=*-`:\uff1a】]"
_FOREIGN: Final = re.compile(r"^[^\x00-\x7f][^A-Za-z`/]*`?")


class Transcript:
    """The pasted text of one file.

    Args:
        file: name of the file, for evidence.
        node: the node that the text belongs to until a heading says otherwise.
    """

    def __init__(self, file: str, node: NodeRef) -> None:
        self._file = file
        self._default = node
        self._node = node
        self._headed = False
        self._nodes: dict[str, NodeRef] = {node.name: node}
        self._shells: list[tuple[str, Place]] = []
        self._style = ""
        self._netns: str | None = None
        self._section: Section | None = None
        self._pending: list[_Pending] = []
        self._foreign = False
        self._ruled = False
        self._json: list[str] = []
        self._json_first = 0
        self._depth = 0
        self._unread: Unread | None = None
        self._number = 0

    def read(self, lines: Iterable[str]) -> Iterator[Section | Unread]:
        """Yield the sections and the unread lines of the text, in order.

        Args:
            lines: the lines without their ends, terminal codes taken out.
        """
        for self._number, line in enumerate(lines, 1):
            section = self._section
            if section is not None and not self._json and _claims(section.reader, line):
                if section.reader.name == "hostname" and not section.lines:
                    self._told(section, line.strip())
                section.lines.append(line)
                self._ruled = False
                continue
            yield from self._line(line)
        yield from self._end_json()
        yield from self._close()
        yield from self._flush_unread()

    def expect(self, command: str) -> None:
        """Take the text as the output of a command that its file's name tells; an unknown one changes nothing."""
        pending = self._known_commands(command)
        if pending is not None and len(pending) == 1:
            self._number = 0
            self._open(pending[0])

    def nodes(self) -> Iterator[NodeRef]:
        """Yield every node that the text named."""
        yield from {id(node): node for node in self._nodes.values()}.values()

    # -- one line ---------------------------------------------------------------------------------

    def _line(self, line: str) -> Iterator[Section | Unread]:
        if self._json:
            yield from self._json_line(line)
            return
        if not line.strip():
            self._foreign = False
            if self._section is not None:
                self._section.lines.append(line)
            return
        if _JSON_START.match(line) and not self._is_whole():
            self._json, self._json_first, self._depth = [], self._number, 0
            yield from self._json_line(line)
            return
        prompt = (watched(line) or find_prompt(line)) if len(line) < _LONGEST_TYPED else None
        if prompt is not None and (prompt.style.startswith("watch@") or certain(line)):
            yield from self._typed(prompt)
        elif (commands := self._known_commands(prompt.rest if prompt else line)) is not None:
            yield from self._begin(commands)
        else:
            yield from self._text(line)

    def _text(self, line: str) -> Iterator[Section | Unread]:
        """A line that is neither a prompt, a command nor JSON."""
        if match := _NETNS_LINE.match(line):  # `ip -all netns exec …` says where each part ran
            yield from self._again_in(match[1])
            return
        claimed = self._next_pending(line)
        if claimed is not None:
            yield from self._close(keep_pending=True)
            self._open(claimed)
            self._append(line)
            return
        if not self._is_whole() and (reader := reader_of_line(line)) is not None:
            yield from self._close()
            self._begin_shape(reader, line)
            return
        ruled, self._ruled = self._ruled, _RULE.match(line) is not None
        if ruled and (match := _BETWEEN.match(line)):
            yield from self._enter(Heading(match[1], None))
            return
        if (heading := find_heading(line)) is not None and (_strong(line) or not self._is_inside()):
            yield from self._enter(heading)
            return
        yield from self._strange(line)

    def _strange(self, line: str) -> Iterator[Section | Unread]:
        section = self._section
        if section is not None and section.reader.whole:
            section.lines.append(line)
            return
        self._step_over()
        if _FENCE.match(line):
            return
        reason = "not recognised as the output of any command that podpath reads"
        if _ERROR.match(line) and section is not None:
            reason = f"the command failed: {section.command or section.reader.name}"
            section.coverage = tuple(c._replace(complete=Complete.NO) for c in section.coverage)
        elif section is not None and section.command and (len(section.lines) < 2 or section.lines[-2].strip()):  # noqa: PLR2004
            # In the middle of a command's output: what it says may be the very entry that matters.
            reason = f"this does not look like the output of `{section.command}`"
            section.coverage = tuple(c._replace(complete=Complete.ASSUMED) for c in section.coverage)
        elif section is not None:
            yield from self._close()
        yield from self._miss(line, reason)

    def _step_over(self) -> None:
        """Keep the section's lines in step with the file's when a line is left out."""
        if self._section is not None and self._section.lines:
            self._section.lines.append("")
        elif self._section is not None:
            self._section.first = self._number + 1

    def _is_inside(self) -> bool:
        """Say whether the line before belongs to a command's output: then an unmarked line is no heading."""
        section = self._section
        if section is None:
            # What a command prints that podpath does not read (`dig +short`, `cat /etc/hosts`) may look like one.
            return self._foreign
        return section.reader.whole or bool(section.lines and section.lines[-1].strip())

    def _is_whole(self) -> bool:
        return self._section is not None and self._section.reader.whole

    # -- nodes and shells -------------------------------------------------------------------------

    def _enter(self, heading: Heading) -> Iterator[Section | Unread]:
        yield from self._close()
        self._headed = True
        self._shells, self._style, self._netns = [], "", None
        self._node = self._find(heading.name, heading.address)

    def _find(self, name: str, address: Ip | None = None) -> NodeRef:
        node = self._nodes.get(name)
        if node is None:
            node = self._nodes[name] = NodeRef(name, address)
        node.address = node.address or address
        return node

    def _told(self, section: Section, name: str) -> None:
        """Take note of what ``hostname`` printed: a name that is not the node's starts another."""
        if section.place.kind != "host" or self._shells or not name:
            return
        known = {host.partition(".")[0] for host in self._node.hosts}
        if known and name.partition(".")[0] not in known and not self._headed:
            self._node = section.node = self._find(name)
        self._node.hosts.add(name)

    def _prompted(self, prompt: Prompt) -> None:
        """Take note of the shell that a prompt belongs to: another host, or back from an inner shell."""
        if self._shells and prompt.style == self._shells[-1][0] and self._style != prompt.style:
            self._shells.pop()
        elif prompt.host is not None and not self._shells:
            known = self._node.hosts
            if known and prompt.host not in known:
                if not self._headed and self._node is self._default and self._default.name not in known:
                    # Several hosts in one file without headings: each is named by its prompt.
                    self._default.name = next(iter(known))
                    self._nodes[self._default.name] = self._default
                self._node = self._find(prompt.host)
            self._node.hosts.add(prompt.host)
        self._style = prompt.style

    def _place(self) -> Place:
        place = self._shells[-1][1] if self._shells else Place()
        return place._replace(kind="netns", name=self._netns) if self._netns else place

    # -- commands ---------------------------------------------------------------------------------

    def _typed(self, prompt: Prompt) -> Iterator[Section | Unread]:
        yield from self._close()
        self._netns = None
        self._foreign = False
        self._prompted(prompt)
        if not prompt.rest or prompt.rest.startswith("#"):
            if (heading := find_heading(prompt.rest)) is not None:
                yield from self._enter(heading)
            return
        commands = split_commands(prompt.rest, self._place())
        if prompt.rest in _EXIT and self._shells:
            self._shells.pop()
            return
        if len(commands) == 1 and not commands[0].words and commands[0].place != self._place():
            self._shells.append((prompt.style, commands[0].place))
            return
        pending = [self._pend(command) for command in commands]
        yield from self._begin(pending)
        self._foreign = any(item.reader is None and item.command.words[:1] not in _SILENT for item in pending)

    def _pend(self, command: Command) -> _Pending:
        for reader in readers():
            coverage = reader.accepts(command.words) if command.words else None
            if coverage is not None:
                if command.filtered:
                    coverage = tuple(c._replace(complete=Complete.NO) for c in coverage)
                return _Pending(command, reader, coverage)
        return _Pending(command, None, ())

    def _known_commands(self, text: str) -> list[_Pending] | None:
        """Return the commands of a line without a sure prompt, when podpath knows every one of them."""
        if len(text) >= _LONGEST_TYPED:
            return None
        for core in _cores(text):
            if not is_program((core.split(maxsplit=1) or [""])[0]):
                continue
            pending = [self._pend(command) for command in split_commands(core, self._place())]
            named = [p for p in pending if p.reader is not None]
            if named and all(p.reader is not None or (p.command.words[:1] or [""])[0] in _QUIET for p in pending):
                return pending
        return None

    def _begin(self, pending: list[_Pending]) -> Iterator[Section | Unread]:
        yield from self._close()
        self._netns = None
        known = [p for p in pending if p.reader is not None]
        self._pending = _unambiguous(known)
        if self._pending:
            self._open(self._pending.pop(0))

    def _open(self, pending: _Pending) -> None:
        assert pending.reader is not None  # noqa: S101 - only known commands are opened
        place = pending.command.place
        node = self._find(place.node) if place.node else self._node
        self._section = Section(
            node, place._replace(node=""), pending.command.text, pending.command.words, pending.reader,
            pending.coverage, self._number + 1,
        )  # fmt: skip

    def _next_pending(self, line: str) -> _Pending | None:
        """Return the next command of the same command line whose output the line can be."""
        for at, pending in enumerate(self._pending):
            if pending.reader is not None and _claims(pending.reader, line):
                skipped, self._pending = self._pending[:at], self._pending[at + 1 :]
                self._pending = [*skipped, *self._pending]
                return pending
        return None

    def _again_in(self, netns: str) -> Iterator[Section | Unread]:
        section = self._section
        yield from self._close()
        self._netns = netns
        if section is not None:
            place = Place("", "netns", netns)
            self._section = Section(
                section.node, place, section.command, section.words, section.reader, section.coverage, self._number + 1
            )

    def _begin_shape(self, reader: Reader, line: str) -> None:
        place = self._place()
        node = self._find(place.node) if place.node else self._node
        self._section = Section(node, place._replace(node=""), "", [], reader, reader.shape_coverage, self._number, [line])

    def _append(self, line: str) -> None:
        if self._section is not None:
            if not self._section.lines:
                self._section.first = self._number
            self._section.lines.append(line)

    def _close(self, *, keep_pending: bool = False) -> Iterator[Section | Unread]:
        yield from self._flush_unread()
        section, self._section = self._section, None
        if section is not None:
            while section.lines and not section.lines[-1].strip():
                section.lines.pop()
            yield section
        if not keep_pending:
            silent, self._pending = self._pending, []
            for pending in silent:  # a command that printed nothing has answered too
                self._open(pending)
                if self._section is not None:
                    yield self._section
                self._section = None

    # -- JSON -------------------------------------------------------------------------------------

    def _json_line(self, line: str) -> Iterator[Section | Unread]:
        self._json.append(line)
        self._depth += _opened(line)
        if self._depth > 0:
            if len(self._json) > 1 and (prompt := find_prompt(line)) is not None and certain(line):
                self._json.pop()
                yield from self._end_json()
                yield from self._typed(prompt)
            return
        yield from self._end_json()

    def _end_json(self) -> Iterator[Section | Unread]:
        if not self._json:
            return
        text = "\n".join(self._json)
        try:
            document = _decoded(text)
        except (ValueError, RecursionError):
            lines, self._json = self._json, []
            yield from self._bad_json(lines)
            return
        lines, self._json = self._json, []
        yield from self._document(document, lines)

    def _bad_json(self, lines: list[str]) -> Iterator[Section | Unread]:
        if self._section is not None:
            self._section.coverage = tuple(c._replace(complete=Complete.NO) for c in self._section.coverage)
        yield from self._close()
        last = self._json_first + len(lines) - 1
        yield Unread(self._file, self._json_first, last, "JSON that is cut off or damaged", lines[0][:200])

    def _document(self, document: Json, lines: list[str]) -> Iterator[Section | Unread]:
        section = self._section
        if section is not None and section.reader.read_json is not None and not section.lines and section.document is None:
            section.document, section.first, section.lines = document, self._json_first, lines
            yield from self._close(keep_pending=True)
            if self._pending:
                self._open(self._pending.pop(0))
            return
        reader = reader_of_json(document)
        if reader is None:
            yield from self._miss(lines[0], "JSON that podpath does not know", self._json_first)
            return
        yield from self._close()
        place = self._place()
        yield Section(
            self._node, place._replace(node=""), "", [], reader, reader.shape_coverage, self._json_first, lines, document
        )  # fmt: skip

    # -- what could not be read ---------------------------------------------------------------------

    def _miss(self, line: str, reason: str, first: int | None = None) -> Iterator[Unread]:
        """Note an unread line; neighbours with the same reason become one note."""
        first = first or self._number
        last = self._unread
        if last is not None and last.reason == reason and last.last >= first - 2:
            self._unread = last._replace(last=self._number)
            return
        yield from self._flush_unread()
        self._unread = Unread(self._file, first, self._number, reason, line.strip()[:200])

    def _flush_unread(self) -> Iterator[Unread]:
        if self._unread is not None:
            yield self._unread
            self._unread = None


def _decoded(text: str) -> Json:
    """Decode JSON, fast where the decoder allows (it refuses numbers beyond 64 bits, which are JSON all the same)."""
    import orjson

    try:
        return orjson.loads(text)
    except ValueError:
        # Halves of characters ("\\ud800") are JSON, and no text that could be kept.
        return json.loads(json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8", "replace"))


def _opened(line: str) -> int:
    """Return how many more brackets a line of JSON opens than it closes: where none is open any more, the document ends."""
    bare = _QUOTED.sub("", line) if '"' in line else line
    return bare.count("{") + bare.count("[") - bare.count("}") - bare.count("]")


def _claims(reader: Reader, line: str) -> bool:
    """Say whether a line looks like this reader's output."""
    return (reader.continues is not None and reader.continues.match(line) is not None) or (
        reader.starts is not None and reader.starts.match(line) is not None
    )


def _strong(line: str) -> bool:
    """Say whether a line is marked as a heading, by decoration or by a colon at its end."""
    return line.lstrip().startswith(("#", "==", "--", "**", ">>", "[", "【")) or line.rstrip().endswith(
        (":", "\uff1a", "<<", ">>")
    )


def _cores(text: str) -> Iterator[str]:
    """Yield a line as it is, and without the decoration that people put around a command."""
    yield text.strip()
    core = _DECORATION.sub("", text, count=1).rstrip(_AFTER)
    if core not in ("", text.strip()):
        yield core
    bare = _FOREIGN.sub("", text.strip()).strip(" `:\uff1a")
    if bare and bare != text.strip():
        yield bare


def _unambiguous(pending: list[_Pending]) -> list[_Pending]:
    """Join commands of one line whose outputs cannot be told apart into one that covers both.

    ``ip -4 route; ip -6 route`` prints rows that say what they are; the outputs of ``ip route show table 52; ip
    route`` do not, so silence means nothing in either, and rows are read with neither's table.
    """
    joined: list[_Pending] = []
    for item in pending:
        twin = next((p for p in joined if p.reader is item.reader and p.command.place == item.command.place), None)
        if twin is None or item.reader is None or item.reader.whole:
            joined.append(item)
            continue
        twin.coverage = (*twin.coverage, *item.coverage)
        twin.command = twin.command._replace(text=f"{twin.command.text}; {item.command.text}")
        if {c.part for c in twin.coverage} != {twin.coverage[0].part}:
            twin.coverage = tuple(c._replace(complete=Complete.NO) for c in twin.coverage)
            twin.command = twin.command._replace(words=[*twin.command.words, "table", "?"])
    return joined
