(type_spec name: (_) @name type: (struct_type)) @class.struct
(type_spec name: (_) @name type: (interface_type)) @class.interface
(field_declaration !name type: (_) @base)
(interface_type (type_elem . (_) @base .))
(field_declaration name: (_) @name @attribute type: (_) @annotation)
