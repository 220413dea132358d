"""Programs on devices as bpftool-net(8) shows them."""

from podpath.readers.bpftool_net import READER
from podpath.state.evidence import Complete
from podpath.state.link import Program
from tests.readers.helper import complaints, rows

TEXT = """\
xdp:
eth0(2) driver id 198

tc:
eth0(2) htb name prefix_matcher.o:[cls_htb] id 111727 act []
eth0(2) clsact/ingress fbflow_icmp id 130246 act []
lxc1(7) tcx/egress cil_to_container prog_id 42 link_id 9

flow_dissector:

netfilter:
"""


def test_each_program_on_a_device_is_a_row() -> None:
    """With its hook, its name and its number."""
    assert rows(READER, "bpftool net", TEXT) == [
        Program("eth0", "xdp", "driver", id=198),
        Program("eth0", "tc egress", "bpf", "prefix_matcher.o:[cls_htb]", 111727),
        Program("eth0", "tc ingress", "bpf", "fbflow_icmp", 130246),
        Program("lxc1", "tcx egress", "bpf", "cil_to_container", 42),
    ]


def test_other_classifiers_are_not_shown() -> None:
    """So silence says nothing of them."""
    found = READER.accepts(["bpftool", "net", "show", "dev", "eth0"])
    assert found is not None
    assert (found[0].dev, found[0].complete) == ("eth0", Complete.NO)
    assert READER.accepts(["bpftool", "prog"]) is None


def test_a_line_that_is_no_program_is_a_complaint() -> None:
    """It is never passed over."""
    assert complaints(READER, "bpftool net", "xdp:\nnonsense") == [
        (1, 'this looks like `bpftool net` output but "nonsense" is no device with its program')
    ]
