(impl_item type: (_) @name) @scope
(mod_item name: (_) @name) @scope
