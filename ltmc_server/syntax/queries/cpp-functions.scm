; Constructors, destructors, conversions: they have no type.
(function_definition !type
  declarator: (function_declarator declarator: (_) @name parameters: (_) @parameters)
  body: (_) @body) @function
(function_definition !type declarator: (operator_cast) @name body: (_) @body) @function
(function_definition declarator: (function_declarator
  declarator: (_) @name parameters: (_) @parameters)
  [(default_method_clause) (delete_method_clause)]) @declaration
(declaration !type
  declarator: (function_declarator declarator: (_) @name parameters: (_) @parameters)) @declaration
(declaration type: (_) @returns
  declarator: (reference_declarator
    (function_declarator declarator: (identifier) @name parameters: (_) @parameters))) @declaration

(field_declaration type: (_) @returns
  declarator: [
    (function_declarator declarator: (field_identifier) @name parameters: (_) @parameters)
    (function_declarator declarator: (operator_name) @name parameters: (_) @parameters)
    (pointer_declarator (function_declarator
      declarator: [(field_identifier) (operator_name)] @name parameters: (_) @parameters))
    (reference_declarator (function_declarator
      declarator: [(field_identifier) (operator_name)] @name parameters: (_) @parameters))])
  @declaration

(init_declarator declarator: (identifier) @name value: (lambda_expression
  declarator: (_ parameters: (_) @parameters)? body: (_) @body) @function)
