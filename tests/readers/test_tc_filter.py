"""Classifiers as tc(8) prints them."""

from podpath.readers.tc_filter import READER
from podpath.state.link import Program
from tests.readers.helper import rows

TEXT = """\
filter parent ffff: protocol ip pref 10 u32 chain 0 
filter parent ffff: protocol ip pref 10 u32 chain 0 fh 800: ht divisor 1 
filter parent ffff: protocol ip pref 10 u32 chain 0 fh 800::800 order 2048 key ht 800 bkt 0 terminal flowid not_in_hw 
  match 0a010000/ffff0000 at 16
\taction order 1: mirred (Egress Redirect to device eth1) stolen
 \tindex 1 ref 1 bind 1
"""  # noqa: W291 - as it is printed
BPF = "filter protocol all pref 1 bpf chain 0 handle 0x1 cil_from_container direct-action not_in_hw id 12 tag 0a jited"


def test_each_kind_of_classifier_is_a_row() -> None:
    """With the first action that it names."""
    assert rows(READER, "tc filter show dev eth0 ingress", TEXT) == [Program("eth0", "tc ingress", "u32", action="mirred")]
    assert rows(READER, "tc filter show dev lxc1 egress", BPF) == [Program("lxc1", "tc egress", "bpf")]


def test_only_the_command_line_tells_the_device() -> None:
    """Without it nothing is read."""
    assert READER.accepts(["tc", "filter", "show"]) is None
    assert READER.accepts(["tc", "-s", "filter", "show", "dev", "eth0", "parent", "ffff:"]) is not None
