(internal_module name: (_) @name) @scope
(module name: (_) @name) @scope
