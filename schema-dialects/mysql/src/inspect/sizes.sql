SELECT CAST(table_name AS CHAR) AS name, CAST(table_rows AS UNSIGNED) AS table_rows,
       CAST(data_length + index_length AS UNSIGNED) AS bytes
FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type <> 'VIEW'
