"""What devices do with a frame that they send, one file for each kind."""
