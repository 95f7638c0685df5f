SELECT t.name, json_group_array(json_array(c.cid, c.name, c.type, c."notnull", c.dflt_value, c.pk, c.hidden))
FROM main.sqlite_schema AS t, pragma_table_xinfo(t.name, 'main') AS c
WHERE t.type = 'table' AND t.rootpage <> 0
GROUP BY t.rowid
