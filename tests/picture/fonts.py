"""Whether this machine has a font that a PNG can be written with."""

import pytest

from podpath.picture.png import PngError, render


def _writes() -> bool:
    try:
        render('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    except PngError:
        return False
    return True


needs_font = pytest.mark.skipif(not _writes(), reason="needs a font")
