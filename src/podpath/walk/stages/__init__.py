"""The stages of a walk, one file each: what the kernel does with a packet at one place."""
