; What a declaration is of stands inside of `*` and `&`; three of them are looked through.
(function_definition type: (_) @returns
  declarator: [
    (function_declarator declarator: (_) @name parameters: (_) @parameters)
    (_ (function_declarator declarator: (_) @name parameters: (_) @parameters))
    (_ (_ (function_declarator declarator: (_) @name parameters: (_) @parameters)))]
  body: (_) @body) @function
(declaration type: (_) @returns
  declarator: [
    (function_declarator declarator: (identifier) @name
      parameters: (_) @parameters)
    (pointer_declarator
      (function_declarator declarator: (identifier) @name parameters: (_) @parameters))
    (pointer_declarator (pointer_declarator
      (function_declarator declarator: (identifier) @name parameters: (_) @parameters)))])
  @declaration
