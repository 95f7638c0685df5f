SELECT type, name, tbl_name, sql, rootpage = 0 AND type = 'table' AS is_virtual
FROM main.sqlite_schema
WHERE sql IS NOT NULL
ORDER BY rowid
