(method_invocation object: (_)? @receiver name: (_) @name) @call
(object_creation_expression type: (_) @name) @call
