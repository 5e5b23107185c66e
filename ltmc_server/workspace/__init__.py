"""The folders that may be read, and reading in them: never outside, and never without a bound."""
