(variable_declarator name: (identifier) @name value: (object) @scope)
