(function_item
  name: (_) @name parameters: (_) @parameters return_type: (_)? @returns body: (_) @body) @function
(function_signature_item
  name: (_) @name parameters: (_) @parameters return_type: (_)? @returns) @declaration
(let_declaration pattern: (identifier) @name value: (closure_expression
  parameters: (_) @parameters return_type: (_)? @returns body: (_) @body) @function)
