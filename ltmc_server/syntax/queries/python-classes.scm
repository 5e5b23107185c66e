(class_definition name: (_) @name) @class.class
(class_definition superclasses: (argument_list [(identifier) (attribute) (subscript)] @base))
(class_definition body: (block (expression_statement
  (assignment left: (identifier) @name type: (_)? @annotation right: (_)? @default) @attribute)))
