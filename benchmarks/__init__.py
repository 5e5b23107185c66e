"""The asv suite: one file a question. An id reads as a phrase: `recall.ByQuery.time_retrieve`.

The suite is run on old commits too, so it meets the server through three things that stay:
`open_dispatcher(Settings(...))`, `Dispatcher.call(tool, arguments)` and `python -m ltmc_server`.
What an old commit does not have is skipped, not failed.
"""
