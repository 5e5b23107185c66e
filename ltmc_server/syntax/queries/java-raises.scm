(throws (_) @raised)
