"""The words of arptables."""

import pytest

from podpath.walk.netfilter.frames.arptables import LANGUAGE
from podpath.walk.netfilter.interface import HookVerdict
from podpath.walk.packet import Packet
from tests.netlink.space import Space
from tests.walk.netfilter.frames.asking import ANSWERED, ASKED, rule, sight

TYPED = """-s 10.0.0.0/8 -d 10.0.0.2 --opcode 1 -i eth0 -j DROP
--source-mac 02:00:00:00:00:01 --destination-mac 02:00:00:00:00:00/ff:00:00:00:00:00 -j ACCEPT
--h-length 6 --h-type 1 --proto-type 0x800 -j DROP
-j mangle --mangle-ip-s 10.0.0.3 --mangle-target DROP
-s ! 10.0.0.1 -j RETURN"""


@pytest.mark.root
@pytest.mark.parametrize("shows", ["arptables-nft-save -c", "arptables-legacy -n -v -L", "arptables-legacy -L -n --line-numbers"])
def test_every_word_that_the_program_takes_is_read(space: Space, shows: str) -> None:
    """What either back end prints of them holds nothing strange."""
    program = shows.partition(" ")[0].removesuffix("-save")
    lines = [line for line in TYPED.splitlines() if program == "arptables-legacy" or "mac" not in line]
    for line in lines:
        space.do(f"{program} -A INPUT {line}")
    printed = [line.partition(" -A INPUT ")[2] or line for line in space.do(shows).splitlines() if "-j" in line]
    printed = [line.partition(" , ")[0].lstrip("0123456789. ") for line in printed]
    assert len(printed) == len(lines)
    assert [rule(line, LANGUAGE).strange for line in printed] == [()] * len(lines)


@pytest.mark.parametrize(
    ("line", "packet", "matches"),
    [
        ("-s 10.0.0.1 --opcode Request -i pa -o *", ASKED, True),
        ("-s ! 10.0.0.1", ASKED, False),
        ("! -d 10.0.0.2 --opcode 1", ASKED, False),
        ("--source-mac 2:0:0:0:0:1 --dst-mac 0:0:0:0:0:0", ASKED, True),
        ("--opcode 2 -d 10.0.0.1 --dst-mac 02:00:00:00:00:02", ANSWERED, True),
        ("--h-length 6 --h-type Ethernet --proto-type 0x800", ASKED, True),
        ("--h-type 6", ASKED, False),
        ("-i eth+", ASKED, False),
    ],
)
def test_a_word_asks_what_the_manual_says(line: str, packet: Packet, *, matches: bool) -> None:
    """arptables(8)."""
    assert rule(f"{line} -j DROP", LANGUAGE).answer(sight(packet)) is matches


def test_a_rule_that_writes_into_a_question_is_unknown_unless_it_drops() -> None:
    """Who answers then is not followed."""
    verdicts = []
    for target in (
        "mangle --mangle-ip-s 10.0.0.3",
        "mangle --mangle-ip-s 10.0.0.3 --mangle-target DROP",
        "CLASSIFY --set-class 1:2",
    ):
        (turn,) = rule(f"-j {target}", LANGUAGE).turns(sight(ASKED), iter(range(9)).__next__)
        assert turn.way is not None
        verdicts.append(turn.way.verdict)
    assert verdicts == [HookVerdict.UNKNOWN, HookVerdict.DROP, None]
