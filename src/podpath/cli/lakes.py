"""What the options of a command say of lakes, and lakes themselves."""

from typing import TYPE_CHECKING

from podpath.api.errors import UserError

if TYPE_CHECKING:
    from podpath.lake.arguments import LakeChoice
    from podpath.lake.place import Lake


def choice_of(options: object) -> "LakeChoice":
    """Return what the options of a command say of lakes."""
    from podpath.lake.arguments import LakeChoice

    as_of = getattr(options, "as_of", None)
    return LakeChoice(
        getattr(options, "cluster", None), as_of if isinstance(as_of, str) else None, getattr(options, "fresh", None)
    )


def opened(text: str) -> "Lake":
    """Return a lake.

    Raises:
        UserError: it cannot be opened.
    """
    from podpath.lake.place import LakeError, open_lake

    try:
        return open_lake(text)
    except LakeError as error:
        raise UserError(str(error)) from None
