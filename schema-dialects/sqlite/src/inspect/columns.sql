SELECT t.name, c.name, c.type, c."notnull" <> 0, c.dflt_value, c.pk, c.hidden
FROM main.sqlite_schema AS t, pragma_table_xinfo(t.name, 'main') AS c
WHERE t.type = 'table' AND t.rootpage <> 0
ORDER BY t.rowid, c.cid
