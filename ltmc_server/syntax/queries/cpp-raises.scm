(throw_statement (call_expression function: (_) @raised))
