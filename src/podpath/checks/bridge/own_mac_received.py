"""A bridge has received frames with its own MAC as their source."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    over=("logged",),
    sql="SELECT ns, dev, member, mac, often, row_kernel_message, confidence FROM logged WHERE event = 'own-mac-received'",
)
