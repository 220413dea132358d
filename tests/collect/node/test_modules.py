"""Whether a part of the kernel may be asked."""

from pathlib import Path
from unittest import mock

import pytest

from podpath.collect.node import modules


@pytest.mark.parametrize(
    ("loaded", "built_in", "answer"),
    [
        (None, None, True),
        ({"xfrm_user"}, None, True),
        ({"veth"}, {"xfrm_user"}, True),
        ({"veth"}, {"veth"}, False),
        ({"veth"}, None, None),
    ],
)
def test_only_what_is_there_is_asked(loaded: set[str] | None, built_in: set[str] | None, *, answer: bool | None) -> None:
    """A kernel without modules loads none; one whose list is missing cannot be told."""
    with (
        mock.patch.object(modules, "_loaded", return_value=loaded),
        mock.patch.object(modules, "_built_in", return_value=built_in),
    ):
        assert modules.present("xfrm_user") is answer


def test_only_what_is_listed_is_loaded() -> None:
    """A kernel without modules tells of none."""
    for listed, answer in ((None, False), ({"veth"}, False), ({"ebtable_nat"}, True)):
        with mock.patch.object(modules, "_loaded", return_value=listed):
            assert modules.loaded("ebtable_nat") is answer


def test_this_kernel_is_known() -> None:
    """Its modules, where it has any, are as /proc/modules lists them."""
    modules.forget()
    listing = Path("/proc/modules")
    names = [line.split()[0] for line in listing.read_text().splitlines()] if listing.exists() else ["anything"]
    assert all(modules.present(name) for name in names)
