"""Work on texts and questions from callers that no library does safely in our own process.

A jq filter may read files and the environment; a tree-sitter query, the lexer of a highlighter,
a comparison of lines or of likeness may run for minutes, hold the interpreter meanwhile, and can
not be stopped. So each runs in a process of its own, which is given texts and nothing else.
"""
