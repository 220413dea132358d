"""What is typed at the prompts of a text: commands, variables that are set, loops."""

from collections.abc import Iterator
from typing import Final

from podpath.readers.command_line import Prompt, find_prompt, split_commands, watched
from podpath.readers.headings import find_heading
from podpath.readers.line_kinds import EXIT
from podpath.readers.outputs import Outputs
from podpath.readers.place import NOBODY
from podpath.readers.registry import is_program
from podpath.readers.section import Pending, Section
from podpath.readers.shell_words import Loop, Variables, find_loop, is_begun, over_loop
from podpath.readers.typed import LONGEST_TYPED, QUIET, is_wrapper, pend
from podpath.readers.whereabouts import STRAY, is_of_host
from podpath.state.evidence import Degree, Unread
from podpath.state.pattern import lazy

_SILENT: Final[tuple[list[str], ...]] = ([], ["echo"], ["cd"], ["clear"], ["exit"], ["logout"], ["hostname"])
_SETS: Final = lazy(r"[A-Za-z_]\w{0,40}=\$\([^()]{1,200}\)\s*$")
_ARROW: Final = lazy(r"(?<!\s)\s++(?:<[-=]{2,}|[←⬅]).*$")
"""A remark behind a command: `<-- this one`; no shell takes it."""
_LONGEST_LOOP: Final = 20


class ShellSession:
    """Follows what a person types.

    Args:
        out: the outputs of the commands.

    Attributes:
        loop_lines: lines of a loop that is typed over several, so far.
    """

    def __init__(self, out: Outputs) -> None:
        self._out = out
        self._variables = Variables()
        self._loop: Loop | None = None
        self.loop_lines: list[str] = []

    def prompt(self, line: str) -> Prompt | None:
        """Return the prompt that a line begins with, with variables filled in where it may be none, or None if it has none."""
        prompt = (watched(line) or find_prompt(line)) if len(line) < LONGEST_TYPED else None
        if prompt is not None and not prompt.sure and "$" in prompt.rest:
            prompt = prompt._replace(rest=self._variables.fill(prompt.rest))
        if prompt is None and line.startswith(("for ", "while ")) and find_loop(line) is not None:
            prompt = Prompt(self._out.where.style, None, line)
        return prompt

    def is_certain(self, prompt: Prompt) -> bool:
        """Say whether a prompt is one: a lone ``#`` is that of a shell that was entered, or before a variable that is set."""
        words = prompt.rest.split(maxsplit=1)
        inner = self._out.where.in_shell and words and (is_program(words[0]) or words[0] in QUIET)
        return bool(prompt.sure or inner or _SETS.match(prompt.rest))

    def turns(self, line: str) -> list[Pending]:
        """Return the commands that a loop runs with the value that a line prints; none if the line is no such value."""
        value = self._loop.value(line) if self._loop is not None else None
        if self._loop is None or value is None:
            return []
        pending = [pend(command) for command in split_commands(self._loop.turn(value), self._out.where.place())]
        return pending if any(one.reader is not None for one in pending) else []

    def typed(self, prompt: Prompt) -> Iterator[Section | Unread]:
        """Take a command line."""
        section = self._out.section
        if section is not None and not section.command and self._out.where.begins_stray(prompt):
            section.place, section.degree = STRAY, Degree.ASSUMED
        yield from self._out.close()
        self._out.foreign, self._loop, self._out.each = False, None, []
        self._out.where.settled()
        self._out.where.prompted(prompt)
        if (again := find_prompt(prompt.rest)) is not None and again.host is not None and again.sure:
            self._out.where.prompted(again)  # Ctrl-D leaves a shell without a word: `/ # root@n1:~# ip route`
            prompt = again
        prompt = prompt._replace(rest=self._variables.fill(_ARROW.sub("", prompt.rest)))
        if is_begun(prompt.rest):
            self.loop_lines = [prompt.rest]
            return
        if not prompt.rest or prompt.rest.startswith("#"):
            if (heading := find_heading(prompt.rest)) is not None:
                yield from self._out.enter(heading)
            return
        if is_of_host(prompt.rest):
            self._out.where.on_host()
        commands = split_commands(prompt.rest, self._out.where.place())
        if prompt.rest in EXIT and self._out.where.exited():
            return
        if len(commands) == 1 and not commands[0].words:
            self._out.where.go_in(prompt.style, commands[0].place)
            return
        self._loop = find_loop(prompt.rest)
        pending = over_loop(prompt.rest, [pend(command) for command in commands])
        yield from self._out.begin(pending)
        self._out.each = [one for one in pending if one.reader is not None and one.command.place.kind == NOBODY]
        self._out.announced = any(item.command.words[:1] in (["echo"], ["hostname"], ["printf"]) for item in pending)
        if pending and all(item.command.words[:1] == ["echo"] for item in pending):
            self._out.where.doubt = Degree.ASSUMED  # a table below is of another command, whose line was not pasted
        strange = [item.command for item in pending if item.reader is None and item.command.words[:1] not in _SILENT]
        if strange:
            self._out.foreign = True
            self._out.where.doubt = Degree.ASSUMED
            if len(commands) == 1 and commands[0].place.kind != NOBODY:
                self._out.where.runs_in(prompt.style, commands[0].place)
            wrapped = any(is_wrapper(command, self._out.where.place()) for command in strange)
            self._out.where.nobody = prompt.rest if wrapped else ""

    def goes_on(self, line: str) -> Iterator[Section | Unread]:
        """Take a line of a loop that was typed over several."""
        text = line.strip().removeprefix(">").strip()
        self.loop_lines.append(text)
        ends = text == "done" or text.startswith("done ") or text.endswith("; done")
        if ends or len(self.loop_lines) > _LONGEST_LOOP or find_prompt(line) is not None:
            lines, self.loop_lines = self.loop_lines, []
            joined = "; ".join(lines).replace("do; ", "do ").replace("; do ", "; do ")
            if ends:
                yield from self.typed(Prompt(self._out.where.style, None, joined))
