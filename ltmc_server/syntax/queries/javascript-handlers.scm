(catch_clause body: (_) @body) @handler
