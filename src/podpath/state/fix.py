"""What fixes a fault: a command with its place as data, or words; text is made of it here alone.

A value from a snapshot may hold anything. It is one word of an argument list, and is quoted when the text is made.
"""

import shlex
from typing import Final, NamedTuple

from podpath.language import tr

_OF_THE_CLUSTER: Final = frozenset(("kubectl",))
"""Programs that run wherever the cluster's API can be reached."""
_OF_THE_HOST: Final = frozenset((
    "calicoctl", "docker", "firewall-cmd", "modprobe", "nerdctl", "podman", "systemctl", "ufw",
))  # fmt: skip
"""Programs that ask a daemon or the kernel of a node, whichever namespace the fault is in."""


_SHOWS: Final = frozenset(("cat", "dmesg", "ip6tables-save", "iptables-save", "journalctl", "nc", "nstat", "readlink", "ss"))
"""Programs that change nothing."""
_VERBS: Final = frozenset(("describe", "get", "inspect", "list", "logs", "ls", "ps", "show", "status", "-L"))
"""Words with which ip, bridge, nft, kubectl, docker and their like only show something."""


class Command(NamedTuple):
    """A command for a person to type.

    Attributes:
        argv: its argument list.
        node: node to type it on; empty where any will do, or where words before it say which.
        netns: namespace there that it works on, as ``kind:name``; empty for the host's own.
        prefix: what enters the namespace, as a shell must be given it (:func:`podpath.wiring.places.entrance`).
    """

    argv: tuple[str, ...]
    node: str = ""
    netns: str = ""
    prefix: str = ""

    @property
    def reads(self) -> bool:
        """Whether it only shows something."""
        program, *words = self.argv
        if program == "sysctl":
            return not any("=" in word or word in {"-w", "-p"} for word in words)
        return program in _SHOWS or not _VERBS.isdisjoint(words)

    @property
    def text(self) -> str:
        """The command as a shell must be given it."""
        # A lone exclamation mark stands for itself, and rules are full of them.
        typed = " ".join(word if word == "!" else shlex.quote(word) for word in self.argv)
        return f"{self.prefix} {typed}" if self.prefix else typed


class Fix(NamedTuple):
    """One step of a fix.

    Attributes:
        words: what to do where no command does it; before a command: how it relates to the step before ("then", "until then,").
        command: the command, or None if a person must do it.
        note: a remark behind the command.
        elsewhere: the words say where to type the command, which is not the place of the fault.
        instead: it is another way than the steps before it.
    """

    words: str = ""
    command: Command | None = None
    note: str = ""
    elsewhere: bool = False
    instead: bool = False

    def at(self, node: str, netns: str, prefix: str) -> "Fix":
        """Return the step with the place of its command, unless it has one.

        Args:
            node: node of the fault.
            netns: namespace of the fault, as ``kind:name``.
            prefix: what enters it.
        """
        command = self.command
        if command is None or command.node or self.elsewhere or command.argv[0] in _OF_THE_CLUSTER:
            return self
        if command.argv[0] in _OF_THE_HOST:
            netns, prefix = "", ""
        return self._replace(command=command._replace(node=node, netns=netns, prefix=prefix))

    @property
    def lead(self) -> str:
        """The words before the command: how it relates to the step before, and where to type it."""
        said = self.words.removesuffix(":").removesuffix("：")
        if self.command is not None and self.command.node:
            said += tr(",") if said != self.words else ""
            on = shlex.quote(self.command.node)
            said = tr("{words} on {node}", words=said, node=on).lstrip()
        if self.instead:
            said = tr("or {said}", said=said) if said else tr("or")
        return said.rstrip(",，")

    @property
    def typed(self) -> str:
        """The command, as a shell must be given it, and the remark behind it; empty where there is none."""
        note = f"   ({self.note})" if self.note else ""
        return f"{self.command.text}{note}" if self.command is not None else ""

    @property
    def text(self) -> str:
        """The step as it is printed on one line."""
        if self.command is None:
            return tr("or {said}", said=self.words) if self.instead else self.words
        return tr("{lead}: {typed}", lead=self.lead, typed=self.typed) if self.lead else self.typed


def do(*argv: str, words: str = "", note: str = "", elsewhere: bool = False, instead: bool = False) -> Fix:
    """Return a step that is a command, given word by word.

    Args:
        argv: its argument list.
        words: how it relates to the step before.
        note: a remark behind it.
        elsewhere: the words say where to type it.
        instead: it is another way than the steps before it.
    """
    return Fix(words, Command(argv), note, elsewhere, instead)


def typed(text: str, words: str = "", note: str = "") -> Fix:
    """Return a step that is a command, given as a shell would be given it.

    Raises:
        ValueError: a quotation mark has no partner.
    """
    return do(*shlex.split(text), words=words, note=note)


def say(words: str) -> Fix:
    """Return a step that no command does."""
    return Fix(words)


def otherwise(words: str) -> Fix:
    """Return another way than the steps before it, which no command does."""
    return Fix(words, instead=True)
