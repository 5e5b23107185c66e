(namespace_definition name: (_) @name) @scope
