[(if_statement) (for_statement) (enhanced_for_statement) (while_statement) (do_statement)]
  @decision @nesting
[(ternary_expression) (catch_clause)] @decision
(switch_label . "case") @decision
(binary_expression operator: ["&&" "||"]) @decision
[(switch_expression) (try_statement) (try_with_resources_statement)] @nesting
