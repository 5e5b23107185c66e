"""The comparison: the same work on a Letta server through its SDK, and through MCP servers.

`steps` says what can be asked, `operations` what is timed, `arms` by whom; `measuring` takes turns.
`python -m benchmarks.letta` writes the samples, which `tracker.validation` judges.
"""
