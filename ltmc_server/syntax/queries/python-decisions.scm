; As radon counts; only for sources that `ast` refuses.
[(if_statement) (for_statement) (while_statement)] @decision @nesting
[(elif_clause) (except_clause) (conditional_expression) (boolean_operator) (assert_statement)
 (for_in_clause) (if_clause) (case_clause)] @decision
(for_statement alternative: (_) @decision)
(while_statement alternative: (_) @decision)
(try_statement (else_clause) @decision)
[(try_statement) (with_statement) (match_statement)] @nesting
