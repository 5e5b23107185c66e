"""Is what the guide of letta-mcp-server says of its speed true of any MCP server, ours included?

samples.py      the file that `python -m benchmarks.letta` writes, checked
claims.toml     what was said, and where
bootstrap.py    the ratio of two arms, with its interval
comparing.py    two arms of one operation, turn by turn
judging.py      claims against comparisons: the rules of the verdicts
explaining.py   why, in one sentence, from the figures
figures.py      scaling, sustained load, processes
markdown.py, pictures.py    the report
measuring.py    runs the benchmarks as a child
agreement.py    do two files say the same?
publishing.py   what is committed: samples, page, pictures
command.py      `python -m tracker validate`
"""
