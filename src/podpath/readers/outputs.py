"""The outputs of commands, one after the other: which one the text is in, which are still to come, and where each ran.

A line belongs to the output as long as it looks like that command's; what ends it is said by who reads the lines
(:mod:`podpath.readers.transcript`).
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from podpath.readers.heading import Heading, Kind
from podpath.readers.interface import Json, Reader
from podpath.readers.place import NOBODY, Place
from podpath.readers.registry import reader_of_json
from podpath.readers.section import Pending, Section, claims, is_another, is_look_alike, placed, unambiguous
from podpath.readers.unread_notes import UnreadNotes
from podpath.readers.whereabouts import NodeRef, Whereabouts
from podpath.state.evidence import Degree, Unread

NOT_RECOGNISED: Final = "not recognised as the output of any command that podpath reads"


class Outputs:
    """The output that a text is in, and the commands whose outputs are still to come.

    Args:
        file: name of the file, for evidence.
        node: the node that the text belongs to until a heading says otherwise.

    Attributes:
        where: where the text was taken.
        notes: the lines that could not be read.
        number: number of the line that is read, from 1.
        section: the output that the text is in, or None if it is in none.
        pending: commands of the same line, whose outputs are still to come.
        each: commands that ran on each of several hosts.
        mixed: lines of several hosts may be mixed.
        foreign: the text is in the output of a command that podpath does not read.
        announced: the commands print the name of a host before their output.
    """

    def __init__(self, file: str, node: NodeRef) -> None:
        self._file, self.number = file, 0
        self.where, self.notes = Whereabouts(node), UnreadNotes(file)
        self.section: Section | None = None
        self.pending: list[Pending] = []
        self.each: list[Pending] = []
        self.mixed = self.foreign = self.announced = False
        self._was_typed = self._told = self._again = False

    def begins_another(self, section: Section, line: str) -> bool:
        """Say whether a line that looks like part of the output begins another one of the same command."""
        self._again = is_another(section, line)
        return self._again

    def is_inside(self) -> bool:
        """Say whether the line before belongs to a command's output: then an unmarked line is no heading."""
        section = self.section
        if section is None or section.reader.relays:
            # What a command prints that podpath does not read (`cat /etc/hosts`, `curl`) may look like one.
            return self.foreign
        return bool(section.lines and section.lines[-1].strip() and not section.lines[-1].startswith("# Completed on "))

    def is_whole(self) -> bool:
        """Say whether the output ends only where something else begins."""
        section = self.section
        if section is None or not section.reader.whole:
            return False
        # Of an output that nobody reads an empty line may be the end.
        return not section.reader.relays or not section.lines or bool(section.lines[-1].strip())

    def step_over(self) -> None:
        """Keep the section's lines in step with the file's when a line is left out."""
        if self.section is not None and self.section.lines:
            self.section.lines.append("")
        elif self.section is not None:
            self.section.first = self.number + 1

    def enter(self, heading: Heading) -> Iterator[Section | Unread]:
        """Go on to the place that a heading names; what waits for its output goes there, too."""
        waiting = self.section if self.announced and self.section is not None and not self.section.lines else None
        if waiting is not None:  # `echo n1; ip route`: the name is printed before the output
            self.section = None
        yield from self.close()
        self.foreign = self._told = self._again = False
        self.where.enter(heading)
        if self.each and waiting is None and heading.kind is Kind.NODE:
            self.pending = self.turn()
            self.open(self.pending.pop(0))
            return
        if waiting is not None:
            waiting.node, waiting.degree, waiting.first = self.where.node, heading.degree, self.number + 1
            if waiting.place.kind == NOBODY and heading.kind is Kind.NODE:  # `for h in …; do echo $h; ssh $h ip route; done`
                waiting.place = Place()
            self.section = waiting

    def expect(self, pending: Pending) -> None:
        """Begin the output of a command that the file's name gives."""
        self._was_typed = True
        self.open(pending)

    def strange(self, line: str, reason: str = NOT_RECOGNISED) -> Iterator[Unread]:
        """Note that the line could not be read, and why."""
        yield from self.notes.add(line, reason, self.number, self.number)

    def begin(self, pending: list[Pending], *, typed: bool = True) -> Iterator[Section | Unread]:
        """Begin the outputs of commands, those that podpath reads.

        Args:
            pending: the commands of one line.
            typed: a prompt stands before them.
        """
        yield from self.close()
        self.announced, self.each = False, []
        self.where.settled()
        if not typed:
            self.where.unprompted()
        known = [p for p in pending if p.reader is not None]
        self.pending = unambiguous(known)
        self._was_typed = typed
        self._told, self._again = typed, False
        self.foreign = any(p.reader.relays for p in known if p.reader is not None)
        if self.pending:
            self.open(self.pending.pop(0))

    def open(self, pending: Pending, line: str | None = None) -> None:
        """Begin the output of a command: below its line, or with a line of it."""
        assert pending.reader is not None  # noqa: S101 - only known commands are opened
        place = pending.command.place
        self.where.shows()
        self.section = Section(
            self._node_of(place), place._replace(node=""), pending.command.text, pending.command.words, pending.reader,
            pending.coverage, self.number + (line is None), [] if line is None else [line], None, self.where.degree_of(place),
            self._was_typed, pending.joined,
        )  # fmt: skip

    def begin_shape(self, reader: Reader, line: str) -> None:
        """Begin an output that no command line announced, with its first line."""
        self.where.shows()
        place = self.where.shape_place()
        self.section = Section(
            self._node_of(place), place._replace(node=""), self.where.nobody, [], reader, reader.shape_coverage, self.number,
            [line], degree=self.where.degree_of(place),
        )  # fmt: skip
        # Where commands were typed, an output without one is perhaps of another place: its command line was not pasted.
        self.section.follows = not self._again and self._told and self.section.degree is not Degree.ASSUMED
        if self._again or self.section.follows:
            self.section.degree = Degree.ASSUMED

    def _node_of(self, place: Place) -> NodeRef:
        return self.where.find(place.node) if place.node else self.where.node

    def hostname(self, section: Section, name: str) -> None:
        """Take note of what ``hostname`` printed; its own line is already the node's that it names."""
        if section.place.kind == "host":
            self.where.told(name)
            section.node = self.where.node

    def next_pending(self, line: str) -> Pending | None:
        """Return the next command of the same command line whose output the line can be."""
        for at, pending in enumerate(self.pending):
            if pending.reader is not None and claims(pending.reader, line):
                skipped, self.pending = self.pending[:at], self.pending[at + 1 :]
                self.pending = [*skipped, *self.pending]
                return pending
        return None

    def expects(self, line: str) -> bool:
        """Say whether a line can be the output of a command that ran on several hosts."""
        return any(one.reader is not None and claims(one.reader, line) for one in self.each)

    def turn(self) -> list[Pending]:
        """Return the commands that ran on each of several hosts, for the one that the text is at now."""
        return unambiguous([replace(one, command=one.command._replace(place=Place())) for one in self.each])

    def again_in(self, netns: str) -> Iterator[Section | Unread]:
        """Begin the same output in another namespace."""
        section = self.section
        yield from self.close()
        self.where.in_netns(netns)
        if section is not None:
            place = Place("", "netns", netns)
            self.section = Section(
                section.node, place, section.command, section.words, section.reader, section.coverage, self.number + 1,
                degree=section.degree,
            )  # fmt: skip

    def close(self, *, keep_pending: bool = False, keep_unread: bool = False) -> Iterator[Section | Unread]:
        """End the output, and those of commands that printed nothing.

        Args:
            keep_pending: the commands that follow have not printed yet.
            keep_unread: the note about unread lines goes on if there is no output.
        """
        if not keep_unread or self.section is not None:
            yield from self.notes.flush()
        section, self.section = self.section, None
        if section is not None:
            while section.lines and not section.lines[-1].strip():
                section.lines.pop()
            if is_look_alike(section):
                yield from self.notes.add(section.lines[0], NOT_RECOGNISED, section.first, self.number)
            elif section.tells and (told := placed(section, self._file)) is not None:
                yield told
        if not keep_pending:
            silent, self.pending = [] if self.mixed else self.pending, []
            self.mixed = False
            for pending in silent:  # a command that printed nothing has answered too
                self.open(pending)
                if self.section is not None and self.section.tells and self.section.place.kind != NOBODY:
                    yield self.section
                self.section = None

    def document(self, document: Json, first: int, lines: list[str]) -> Iterator[Section | Unread]:
        """Take a JSON document: the output of a command that waits for it, or one that is known by its shape.

        Args:
            document: the document.
            first: number of its first line.
            lines: its lines.
        """
        section = self.section
        if section is not None and section.reader.read_json is not None and not section.lines and section.document is None:
            section.document, section.first, section.lines = document, first, lines
            yield from self.close(keep_pending=True)
            if self.pending:
                self.open(self.pending.pop(0))
            return
        reader = reader_of_json(document)
        if reader is None:
            yield from self.notes.add(lines[0], "JSON that podpath does not know", first, self.number)
            return
        yield from self.close()
        place = self.where.place()
        yield Section(
            self._node_of(place), place._replace(node=""), "", [], reader, reader.shape_coverage,
            first, lines, document, self.where.degree_of(place),
        )  # fmt: skip
