"""Faults: each file breaks a lab in one way, by the name that `podpath check` or a catalogue of failures gives it."""
