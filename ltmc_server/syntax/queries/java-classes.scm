(class_declaration name: (_) @name) @class.class
(interface_declaration name: (_) @name) @class.interface
(enum_declaration name: (_) @name) @class.enum
(record_declaration name: (_) @name) @class.record
(annotation_type_declaration name: (_) @name) @class.interface
(superclass (_) @base)
(super_interfaces (type_list (_) @base))
(extends_interfaces (type_list (_) @base))
(field_declaration type: (_) @annotation
  declarator: (variable_declarator name: (_) @name value: (_)? @default) @attribute)
(enum_constant name: (_) @name) @attribute.class
(record_declaration parameters: (formal_parameters
  (formal_parameter type: (_) @annotation name: (_) @name) @attribute))
