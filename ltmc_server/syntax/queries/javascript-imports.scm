(import_statement source: (string) @module) @import
(export_statement source: (string) @module) @import
(call_expression
  function: [(identifier) (import)] @callee arguments: (arguments . (string) @module)) @import
