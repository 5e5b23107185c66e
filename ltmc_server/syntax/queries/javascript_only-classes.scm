(class_heritage [(identifier) (member_expression) (call_expression)] @base)
(field_definition property: (_) @name value: (_)? @default) @attribute
