; Only for sources that `ast` refuses.
(function_definition
  name: (_) @name parameters: (_) @parameters return_type: (_)? @returns body: (_) @body) @function
