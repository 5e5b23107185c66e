(class_declaration name: (_) @name) @class.class
(variable_declarator name: (identifier) @name value: (class) @class.class)

; What is written to `this` in a constructor is there in every instance.
(method_definition name: (_) @method body: (statement_block (expression_statement
  (assignment_expression
    left: (member_expression object: (this) property: (_) @name) right: (_) @default) @attribute.instance)))
