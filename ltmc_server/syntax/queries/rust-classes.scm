(struct_item name: (_) @name) @class.struct
(enum_item name: (_) @name) @class.enum
(union_item name: (_) @name) @class.union
(trait_item name: (_) @name) @class.trait
(trait_item bounds: (trait_bounds (_) @base))
(impl_item trait: (_) @base type: (_) @owner)
(field_declaration name: (_) @name type: (_) @annotation) @attribute
(enum_variant name: (_) @name) @attribute.class
(trait_item body: (declaration_list
  ((const_item name: (_) @name type: (_) @annotation) @attribute.class)))
