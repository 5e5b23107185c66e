(catch_clause parameters: (_) @caught body: (_) @body) @handler
