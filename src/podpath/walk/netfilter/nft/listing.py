"""What ``nft list ruleset`` prints, split by table and chain."""

import re
from typing import Final

from podpath.state.address import V4, V6
from podpath.walk.netfilter.chain import Base
from podpath.walk.netfilter.interface import Doubt, Text

_TABLE: Final = re.compile(r'\{"table": \{"family": "(\w+)", "name": "([^"]+)"|^table (\w+) (\S+) \{', re.MULTILINE)


def read(text: Text, saved: set[tuple[int, str]]) -> tuple[list[Base], list[Doubt]]:
    """Return the chains that hooks call, and what could not be read.

    Args:
        text: the listing.
        saved: tables (family, name) that a save command of iptables shows better.
    """
    tables = {(match[1] or match[3], match[2] or match[4]) for match in _TABLE.finditer(text.text)}
    kin = {"ip": V4, "ip6": V6}
    left = [table for table in sorted(tables) if (kin.get(table[0], 0), table[1]) not in saved]
    return [], [Doubt(f"what table {family} {name} of nftables does", "nft -j list ruleset") for family, name in left]
