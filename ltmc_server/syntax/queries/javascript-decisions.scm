[(if_statement) (for_statement) (for_in_statement) (while_statement) (do_statement)]
  @decision @nesting
[(ternary_expression) (switch_case) (catch_clause)] @decision
(binary_expression operator: ["&&" "||" "??"]) @decision
[(switch_statement) (try_statement)] @nesting
