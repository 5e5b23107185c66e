(method_declaration
  type: (_) @returns name: (_) @name parameters: (_) @parameters body: (_) @body) @function
(method_declaration
  type: (_) @returns name: (_) @name parameters: (_) @parameters !body) @declaration
(constructor_declaration name: (_) @name parameters: (_) @parameters body: (_) @body) @function
(compact_constructor_declaration name: (_) @name body: (_) @body) @function
(variable_declarator name: (_) @name value: (lambda_expression
  parameters: [(identifier) @parameter (formal_parameters) @parameters
               (inferred_parameters) @parameters]
  body: (_) @body) @function)
