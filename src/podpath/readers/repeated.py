"""Messages that a text repeats."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from podpath.state.agent_log import AgentMessage
from podpath.state.kernel_log import KernelMessage

Message = TypeVar("Message", AgentMessage, KernelMessage)


def counted(messages: Iterable[tuple[int, Message]]) -> Iterator[tuple[int, Message]]:
    """Yield each message once, at its first line, with the number of lines that say the same."""
    first, times = dict[Message, int](), dict[Message, int]()
    for index, row in messages:
        first.setdefault(row, index)
        times[row] = times.get(row, 0) + 1
    for row, index in first.items():
        yield index, row._replace(times=times[row])
