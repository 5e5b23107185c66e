[(function_declaration name: (_) @name parameters: (_) @parameters body: (_) @body)
 (generator_function_declaration name: (_) @name parameters: (_) @parameters body: (_) @body)
 (method_definition name: (_) @name parameters: (_) @parameters body: (_) @body)] @function

; Functions without a name of their own, where they get one.
(variable_declarator name: (identifier) @name value:
  [(arrow_function parameter: (_)? @parameter parameters: (_)? @parameters body: (_) @body)
   (function_expression parameters: (_) @parameters body: (_) @body)
   (generator_function parameters: (_) @parameters body: (_) @body)] @function)
(pair key: (_) @name value:
  [(arrow_function parameter: (_)? @parameter parameters: (_)? @parameters body: (_) @body)
   (function_expression parameters: (_) @parameters body: (_) @body)
   (generator_function parameters: (_) @parameters body: (_) @body)] @function)
(assignment_expression
  left: [(identifier) @name (member_expression property: (_) @name)] right:
  [(arrow_function parameter: (_)? @parameter parameters: (_)? @parameters body: (_) @body)
   (function_expression parameters: (_) @parameters body: (_) @body)
   (generator_function parameters: (_) @parameters body: (_) @body)] @function)
