"""Rules for iptables-restore, and names that are the same in every lab."""

import ipaddress

from podpath.lab.networks.draft import Tables, digits, mac_of


def test_rules_become_what_iptables_restore_reads() -> None:
    """Chains before rules, built-in ones with their policy."""
    tables = Tables()
    assert tables.text() == ""
    tables.add("nat", "-A POSTROUTING -j MINE", "-A MINE -j RETURN")
    tables.chain("filter", "FORWARD", "DROP")
    tables.add("filter", "-A FORWARD -j ACCEPT")
    assert tables.text() == (
        "*nat\n:POSTROUTING ACCEPT [0:0]\n:MINE - [0:0]\n-A POSTROUTING -j MINE\n-A MINE -j RETURN\nCOMMIT\n"
        "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -j ACCEPT\nCOMMIT\n"
    )


def test_names_are_stable_and_macs_follow_addresses() -> None:
    """So that two runs can be compared."""
    assert digits("n1", "p1", length=8) == digits("n1", "p1", length=8) != digits("n1", "p2", length=8)
    assert mac_of(ipaddress.ip_address("10.244.1.10")) == "0a:58:0a:f4:01:0a"
