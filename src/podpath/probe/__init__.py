"""Real packets, and where the kernel sees them: out of a device, into a device, dropped and why."""
