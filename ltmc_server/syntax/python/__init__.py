"""Python, read by its own parser: it knows what a grammar can only show."""
