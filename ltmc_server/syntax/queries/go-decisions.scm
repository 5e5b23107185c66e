[(if_statement) (for_statement)] @decision @nesting
[(expression_case) (type_case) (communication_case)] @decision
(binary_expression operator: ["&&" "||"]) @decision
[(expression_switch_statement) (type_switch_statement) (select_statement)] @nesting
