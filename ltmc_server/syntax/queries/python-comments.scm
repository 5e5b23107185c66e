(comment) @comment
(module . (expression_statement (string) @comment.doc))
(function_definition body: (block . (expression_statement (string) @comment.doc)))
(class_definition body: (block . (expression_statement (string) @comment.doc)))
