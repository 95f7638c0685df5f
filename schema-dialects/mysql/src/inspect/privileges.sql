SELECT 'TABLE' AS kind, CAST(User AS CHAR) AS user, CAST(Host AS CHAR) AS host, CAST(Table_name AS CHAR) AS name,
       CAST(NULL AS CHAR) AS part, CAST(Table_priv AS CHAR) AS privileges
FROM mysql.tables_priv WHERE Db = ?
UNION ALL
SELECT 'TABLE', CAST(User AS CHAR), CAST(Host AS CHAR), CAST(Table_name AS CHAR), CAST(Column_name AS CHAR), CAST(Column_priv AS CHAR)
FROM mysql.columns_priv WHERE Db = ?
UNION ALL
SELECT CAST(Routine_type AS CHAR), CAST(User AS CHAR), CAST(Host AS CHAR), CAST(Routine_name AS CHAR), NULL, CAST(Proc_priv AS CHAR)
FROM mysql.procs_priv WHERE Db = ?
