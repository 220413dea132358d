"""`ipset save` and `ipset list`."""

from podpath.readers.ipset import READER
from podpath.state.evidence import Complete, covers
from podpath.state.host import Ruleset
from tests.readers.helper import complaints, rows

SAVE = """\
create s hash:ip family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x93017b96
add s 10.0.0.1
create s2 hash:net,port family inet hashsize 1024 maxelem 65536
"""
LIST = """\
Name: s
Type: hash:ip
Revision: 6
Header: family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x93017b96
Size in memory: 256
References: 0
Number of entries: 1
Members:
10.0.0.1

Name: s2
Type: hash:net,port
Members:
"""


def test_forms() -> None:
    """Both forms give the same counts."""
    expected = [Ruleset("ipset", 2, 1, opaque=True)]
    assert rows(READER, "ipset save", SAVE) == expected
    assert rows(READER, "ipset list", LIST) == expected


def test_damage() -> None:
    """A line of no known form is a complaint; a set that does not exist is none."""
    assert complaints(READER, "ipset save", SAVE + "what\n") == [
        (3, 'this looks like `ipset` output but "what" begins neither a set nor a member')
    ]
    assert complaints(READER, "ipset list x", "ipset v7.17: The set with the given name does not exist\n") == []


def test_coverage() -> None:
    """A set that is named is not all sets."""
    assert READER.accepts(["ipset", "save"]) == (covers(Ruleset, part="ipset"),)
    assert READER.accepts(["ipset", "list", "KUBE-CLUSTER-IP"]) == (covers(Ruleset, part="ipset", complete=Complete.NO),)
    assert READER.accepts(["ipset", "add", "s", "10.0.0.1"]) is None
    assert READER.accepts(["ipset", "list", "-n"]) is None
