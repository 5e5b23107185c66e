(use_declaration argument: (_) @module) @import
(extern_crate_declaration name: (_) @module) @import
