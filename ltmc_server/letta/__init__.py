"""The bridge to a Letta server."""
