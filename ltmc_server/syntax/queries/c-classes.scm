(struct_specifier name: (_) @name body: (_)) @class.struct
(union_specifier name: (_) @name body: (_)) @class.union
(enum_specifier name: (_) @name body: (_)) @class.enum
(type_definition type: (struct_specifier !name body: (_)) declarator: (type_identifier) @name)
  @class.struct
(type_definition type: (union_specifier !name body: (_)) declarator: (type_identifier) @name)
  @class.union
(type_definition type: (enum_specifier !name body: (_)) declarator: (type_identifier) @name)
  @class.enum

; Inside of pointers, arrays and functions; a name that is a method's is left out later.
(field_declaration type: (_) @annotation declarator: [
  (field_identifier) @name @attribute
  (_ (field_identifier) @name) @attribute
  (_ (_ (field_identifier) @name)) @attribute
  (_ (_ (_ (field_identifier) @name))) @attribute])
(enumerator name: (_) @name) @attribute.class
