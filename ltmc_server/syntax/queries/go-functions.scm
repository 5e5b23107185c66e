(function_declaration
  name: (_) @name parameters: (_) @parameters result: (_)? @returns body: (_)? @body) @function
(method_declaration
  receiver: (parameter_list (parameter_declaration type: (_) @owner))
  name: (_) @name parameters: (_) @parameters result: (_)? @returns body: (_)? @body) @function
(method_elem name: (_) @name parameters: (_) @parameters result: (_)? @returns) @declaration

; A literal that is given one name.
(short_var_declaration
  left: (expression_list . (identifier) @name .)
  right: (expression_list . (func_literal
    parameters: (_) @parameters result: (_)? @returns body: (_) @body) @function .))
(var_spec name: (identifier) @name value: (expression_list . (func_literal
  parameters: (_) @parameters result: (_)? @returns body: (_) @body) @function .))
