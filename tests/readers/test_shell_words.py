"""Variables and loops of a shell, as people type them."""

import time

import pytest

from podpath.readers.command_line import split_commands
from podpath.readers.place import NOBODY
from podpath.readers.shell_words import Variables, find_loop, is_begun, over_loop
from podpath.readers.typed import pend


@pytest.mark.parametrize(
    ("set_by", "used", "filled"),
    [
        ("PID=4242", "nsenter -t $PID -n ip a", "nsenter -t 4242 -n ip a"),
        ("export C=web", "docker exec ${C} ip a", "docker exec web ip a"),
        ("P=$(crictl inspect 4f2d | jq .info.pid); echo $P", "nsenter -t $P -n ip a",
         "nsenter -t $(crictl inspect 4f2d | jq .info.pid) -n ip a"),
        ("LANG=C ip route", "echo $LANG", "echo $LANG"),
        ("C='web'", "docker exec $CX ip a", "docker exec $CX ip a"),
    ],
)  # fmt: skip
def test_a_variable_stands_for_what_was_typed_for_it(set_by: str, used: str, filled: str) -> None:
    """Until it is set again; what is set for one command alone is no variable."""
    variables = Variables()
    variables.fill(set_by)
    assert variables.fill(used) == filled


def test_a_variable_may_be_used_on_the_line_that_sets_it() -> None:
    """`PID=…; nsenter -t $PID …`."""
    assert Variables().fill("PID=7; nsenter -t $PID -n ip a").endswith("nsenter -t 7 -n ip a")


@pytest.mark.parametrize(
    ("typed", "printed", "value"),
    [
        ("for n in n1 n2; do echo $n; ssh $n ip r; done", "n2", "n2"),
        ('for n in n1 n2; do echo "== $n =="; ssh $n ip r; done', "== n1 ==", "n1"),
        ("for n in n1 n2; do echo $n; ssh $n ip r; done", "n3", None),
        ('for c in $(docker ps -q); do echo "-- ${c}"; docker exec $c ip r; done', "-- 0123456789ab", "0123456789ab"),
        ('for p in $(kubectl get po -o name); do echo -e "\\n# $p at $(date)"; kubectl exec $p -- ip r; done',
         "# pod/web at Mon Nov 30", "pod/web"),
        ('cat hosts | while read -r h; do printf "%s\\n" $h; ssh $h ip r; done', "edge-7", "edge-7"),
        ("for h in a1 a2; do ssh $h 'hostname; ip r'; done", "a2", "a2"),
    ],
)  # fmt: skip
def test_what_a_loop_prints_tells_its_turn(typed: str, printed: str, value: str | None) -> None:
    """The words of `echo` around the variable are known; the values, too, where they were typed."""
    loop = find_loop(typed)
    assert loop is not None
    assert loop.value(printed) == value
    assert value is None or f"${loop.variable}" not in loop.turn(value)


@pytest.mark.parametrize("typed", ["ip route", "for n in a b; do ip -n $n route; done", "for example in the morning"])
def test_a_loop_that_prints_nothing_of_its_own_tells_no_turn(typed: str) -> None:
    """Nor does what is no loop."""
    assert find_loop(typed) is None


def test_a_loop_may_go_on_below() -> None:
    """Until its `done`."""
    assert is_begun("for n in a b; do")
    assert is_begun("for n in a b")
    assert not is_begun("for n in a b; do ip -n $n route; done")


def test_a_place_that_a_loop_names_is_several() -> None:
    """Whoever reads one output of it does not know which."""
    typed = "for c in web db; do docker exec $c ip r; ip r; done"
    kinds = [one.command.place.kind for one in over_loop(typed, [pend(each) for each in split_commands(typed)]) if one.reader]
    assert kinds == [NOBODY, "host"]


def test_a_loop_that_never_ends_is_read_in_no_time() -> None:
    """Spaces where its body would be: every part of the pattern could take them."""
    began = time.thread_time()
    assert find_loop(f"for a in b; do{' ' * 100_000}x") is None
    assert find_loop(f"for a in b; do x{' ' * 100_000}") is None
    assert time.thread_time() - began < 1
