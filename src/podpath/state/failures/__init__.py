"""What ended the path of a packet, typed by the part of the kernel that ended it.

These facts name no cause: ``walk/diagnosis/failures`` says which cause each of them has.
"""
