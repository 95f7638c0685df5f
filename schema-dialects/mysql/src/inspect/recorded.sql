SELECT 'VIEW' AS kind, CAST(table_name AS CHAR) AS name, CAST(NULL AS CHAR) AS sql_mode,
       CAST(character_set_client AS CHAR) AS character_set_client, CAST(collation_connection AS CHAR) AS collation_connection
FROM information_schema.views WHERE table_schema = ?
UNION ALL
SELECT 'TRIGGER', CAST(trigger_name AS CHAR), CAST(sql_mode AS CHAR), CAST(character_set_client AS CHAR), CAST(collation_connection AS CHAR)
FROM information_schema.triggers WHERE trigger_schema = ?
UNION ALL
SELECT CAST(routine_type AS CHAR), CAST(routine_name AS CHAR), CAST(sql_mode AS CHAR), CAST(character_set_client AS CHAR), CAST(collation_connection AS CHAR)
FROM information_schema.routines WHERE routine_schema = ?
UNION ALL
SELECT 'EVENT', CAST(event_name AS CHAR), CAST(sql_mode AS CHAR), CAST(character_set_client AS CHAR), CAST(collation_connection AS CHAR)
FROM information_schema.events WHERE event_schema = ?
