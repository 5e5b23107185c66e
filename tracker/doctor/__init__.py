"""Is this a setup whose figures can be believed? Each check is a function that says what it saw."""
