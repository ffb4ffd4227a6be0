"""Live: tails the event log and tells each open page and program what it may hear, to the moment."""
