"""Prose in lines, with characters that take two columns."""

import re
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podpath.language.wrap import columns, padded, wrapped

CLOSING = "，。、；：！？）》」』】”’…"
OPENING = "（《「『【“‘"


@pytest.mark.parametrize(("text", "taken"), [("eth0", 4), ("网桥", 4), ("网桥 cni0：", 11), ("é", 1), ("ﾊ", 1), ("", 0)])
def test_a_chinese_character_takes_two_columns(text: str, taken: int) -> None:
    """As terminals show it (UAX 11)."""
    assert columns(text) == taken
    assert columns(padded(text, 12)) == 12


@given(st.text("ab c-/网桥表，。（“”）`", max_size=200), st.integers(10, 40), st.integers(0, 6))
def test_lines_fit_and_lose_nothing(text: str, width: int, hang: int) -> None:
    """A line is longer only where one word is; none begins with a mark that closes, or ends with one that opens."""
    text = re.sub(rf" +(?=[{CLOSING}])", "", text)  # a blank before such a mark is where a line may end
    lines = wrapped(text, width, "- ", " " * hang)
    assert "".join("".join(lines).removeprefix("- ").split()) == "".join(text.split())
    for at, line in enumerate(lines):
        if at and text.strip() and any("\u4e00" <= sign <= "\u9fff" for sign in text):
            assert line.strip()[0] not in CLOSING or not line.strip().strip(CLOSING)
        if columns(line) > width:
            assert len(line.removeprefix("- ").split()) == 1


@given(st.text("abc -/.,:", max_size=200), st.integers(10, 40))
def test_text_without_wide_characters_is_wrapped_as_ever(text: str, width: int) -> None:
    """By words alone."""
    assert wrapped(text, width) == textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)


def test_words_and_commands_stay_whole() -> None:
    """A line ends between Chinese characters, or at a blank."""
    lines = wrapped("宿主机用代理 ARP（proxy_arp）应答 Pod 的 ARP 请求，检查：`sysctl`。", 24)
    assert lines == ["宿主机用代理 ARP", "（proxy_arp）应答 Pod 的", "ARP 请求，检查：", "`sysctl`。"]
    assert wrapped("发往地址10.244.1.10的帧(网桥), 然后", 12) == ["发往地址", "10.244.1.10", "的帧(网桥),", "然后"]
