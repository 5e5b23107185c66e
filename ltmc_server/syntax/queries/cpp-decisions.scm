(for_range_loop) @decision @nesting
(catch_clause) @decision
(try_statement) @nesting
