"""Other memory servers under the same workload: installed, started, asked in turns, and stopped.

`catalogue` says who they are, `environments` installs them, `dialects` how each is asked;
`measuring` takes turns, `page` and `picture` show what came of it. `python -m benchmarks.peers`.
"""
