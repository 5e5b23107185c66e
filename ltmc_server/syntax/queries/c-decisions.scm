[(if_statement) (for_statement) (while_statement) (do_statement)] @decision @nesting
(conditional_expression) @decision
(case_statement . "case") @decision
(binary_expression operator: ["&&" "||"]) @decision
(switch_statement) @nesting
