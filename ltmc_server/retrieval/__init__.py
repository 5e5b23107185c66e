"""From a text to passages, from a question to the passages that answer it."""
