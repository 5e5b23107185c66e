[(if_expression) (for_expression) (while_expression) (loop_expression)] @decision @nesting
(match_arm pattern: (match_pattern (_))) @decision
(binary_expression operator: ["&&" "||"]) @decision
(let_chain "&&" @decision)
(try_expression) @decision
(match_expression) @nesting
