"""The kernel logged packets whose source must not arrive where they arrived."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    over=("logged",),
    sql="SELECT ns, dev, src, dst, often, row_kernel_message, confidence FROM logged WHERE event = 'martian-source'",
)
