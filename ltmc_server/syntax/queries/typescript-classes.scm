(abstract_class_declaration name: (_) @name) @class.class
(interface_declaration name: (_) @name) @class.interface
(enum_declaration name: (_) @name) @class.enum
(extends_clause value: (_) @base)
(implements_clause (_) @base)
(extends_type_clause type: (_) @base)
(public_field_definition
  name: (_) @name type: (type_annotation (_) @annotation)? value: (_)? @default) @attribute
(interface_body
  (property_signature name: (_) @name type: (type_annotation (_) @annotation)?) @attribute)
(enum_body name: (_) @name @attribute.class)
(enum_assignment name: (_) @name value: (_) @default) @attribute.class

; A constructor's parameter with a modifier is a field.
(method_definition parameters: (formal_parameters
  (required_parameter
    (accessibility_modifier) pattern: (identifier) @name
    type: (type_annotation (_) @annotation)?) @attribute.instance))
