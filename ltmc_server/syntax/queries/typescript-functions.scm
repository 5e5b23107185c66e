(public_field_definition name: (_) @name value:
  [(arrow_function parameter: (_)? @parameter parameters: (_)? @parameters body: (_) @body)
   (function_expression parameters: (_) @parameters body: (_) @body)] @function)
[(function_signature name: (_) @name parameters: (_) @parameters)
 (method_signature name: (_) @name parameters: (_) @parameters)
 (abstract_method_signature name: (_) @name parameters: (_) @parameters)] @declaration
