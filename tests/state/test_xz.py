"""Files that xz packed."""

import lzma

from podpath.state.xz import MAGIC, MEMORY


def test_what_xz_packs_is_known_and_can_be_unpacked() -> None:
    """Also what it packed as hard as it can."""
    packed = lzma.compress(b"text" * 1000, preset=9)
    assert packed.startswith(MAGIC)
    assert lzma.LZMADecompressor(lzma.FORMAT_XZ, MEMORY).decompress(packed) == b"text" * 1000
