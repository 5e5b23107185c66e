(catch_clause (catch_formal_parameter (catch_type) @caught) body: (_) @body) @handler
