SELECT CAST(table_name AS CHAR), CAST(column_name AS CHAR), CAST(column_type AS CHAR)
FROM information_schema.columns
WHERE table_schema = 'mysql'
  AND (table_name = 'db' AND column_name LIKE '%\_priv'
       OR table_name = 'tables_priv' AND column_name = 'Table_priv'
       OR table_name = 'columns_priv' AND column_name = 'Column_priv'
       OR table_name = 'procs_priv' AND column_name = 'Proc_priv')
ORDER BY table_name, ordinal_position
