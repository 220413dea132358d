"""A rule of iptables."""

from podpath.walk.netfilter.xtables.rule import parse


def test_an_unknown_match_stays_in_the_rule_by_name() -> None:
    """An extension that podpath never heard of is kept with its options, and printed again."""
    line = '-A FORWARD -p tcp -m magic --level 5 ! --colour "dark red" -m tcp --dport 80 -j WIZARD --cast now'
    rule = parse(line, 4)
    assert [used.name for used in rule.matches] == ["magic", "tcp"]
    assert rule.matches[0].extension is None
    assert rule.text() == line


def test_an_unknown_option_of_a_known_match_stays_with_it() -> None:
    """A newer iptables may know more options; the match is then unknown, not ignored."""
    rule = parse("-A FORWARD -m conntrack --ctstate NEW --ctmood happy -j DROP", 4)
    assert rule.matches[0].words == ("--ctmood", "happy")


def test_old_places_of_the_exclamation_mark_are_read() -> None:
    """Old tools wrote it after the option."""
    assert parse("-A FORWARD -s ! 10.0.0.0/8 -j DROP", 4).text() == "-A FORWARD ! -s 10.0.0.0/8 -j DROP"


def test_counters_are_no_part_of_a_rule() -> None:
    """They stand before a saved rule, or after -c."""
    assert parse("[5:300] -A INPUT -j ACCEPT", 4).text() == "-A INPUT -j ACCEPT"
    assert parse("-A INPUT -c 5 300 -j ACCEPT", 4).text() == "-A INPUT -j ACCEPT"
