(call_expression function: (qualified_identifier scope: (_)? @receiver name: (_) @name)) @call
(new_expression type: (_) @name) @call
