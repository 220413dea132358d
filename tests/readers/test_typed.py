"""What was typed."""

from podpath.readers.command_line import split_commands
from podpath.readers.place import Place
from podpath.readers.typed import is_wrapper, known_commands, shell_of


def test_a_line_whose_commands_are_all_known_is_typed() -> None:
    """Decoration around it is taken off."""
    assert [item.command.words for item in known_commands("**ip route; ip rule**", Place()) or []] == [
        ["ip", "route"],
        ["ip", "rule"],
    ]
    assert known_commands("ip route; make coffee", Place()) is None


def test_a_shell_that_is_entered_has_a_place() -> None:
    """A line that does nothing else."""
    assert shell_of("docker exec -it web sh", Place()) == Place("", "container", "web")
    assert shell_of("ip route", Place()) is None


def test_an_unknown_command_may_run_a_known_one() -> None:
    """Nobody says where."""
    (command,) = split_commands("runall ip route", Place())
    assert is_wrapper(command, Place())
