(mod_item name: (_) @module !body) @import
