(export_statement !source) @statement
(export_statement !source (export_clause (export_specifier name: (_) @exported)))
(export_statement value: (identifier) @exported)

; CommonJS; what is assigned to is looked at later.
(assignment_expression left: (member_expression) @target right: (_))
(assignment_expression left: (member_expression) @target right: (identifier) @exported)
(assignment_expression left: (member_expression) @target right: (object
  [(shorthand_property_identifier) @exported (pair value: (identifier) @exported)]))
