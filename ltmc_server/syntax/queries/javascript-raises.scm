(throw_statement (new_expression constructor: (_) @raised))
