(class_specifier name: (_) @name body: (_)) @class.class
(base_class_clause [(type_identifier) (qualified_identifier) (template_type)] @base)
