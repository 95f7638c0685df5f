SELECT CAST(default_character_set_name AS CHAR) AS charset, CAST(default_collation_name AS CHAR) AS collation
FROM information_schema.schemata WHERE schema_name = ?
