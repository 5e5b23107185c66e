"""A Letta server to measure against: a real one by one command, and a stand-in for it."""
