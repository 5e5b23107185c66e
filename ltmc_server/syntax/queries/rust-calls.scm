(call_expression function: (identifier) @name) @call
(call_expression function: (field_expression value: (_) @receiver field: (_) @name)) @call
(call_expression function: (scoped_identifier path: (_)? @receiver name: (_) @name)) @call
(call_expression function: (generic_function function: (identifier) @name)) @call
(call_expression function: (generic_function
  function: (scoped_identifier path: (_)? @receiver name: (_) @name))) @call
