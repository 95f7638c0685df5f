SELECT CAST(table_type AS CHAR) AS kind, CAST(table_name AS CHAR) AS name, CAST(NULL AS CHAR) AS parent, 0 AS position
FROM information_schema.tables WHERE table_schema = ?
UNION ALL
SELECT 'TRIGGER', CAST(trigger_name AS CHAR), CAST(event_object_table AS CHAR), action_order
FROM information_schema.triggers WHERE trigger_schema = ?
UNION ALL
SELECT CAST(routine_type AS CHAR), CAST(routine_name AS CHAR), NULL, 0
FROM information_schema.routines WHERE routine_schema = ?
UNION ALL
SELECT 'EVENT', CAST(event_name AS CHAR), NULL, 0
FROM information_schema.events WHERE event_schema = ?
