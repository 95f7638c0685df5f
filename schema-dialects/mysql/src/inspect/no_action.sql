SELECT table_name, constraint_name, update_rule, delete_rule
FROM information_schema.referential_constraints
WHERE constraint_schema = ? AND 'NO ACTION' IN (update_rule, delete_rule)
