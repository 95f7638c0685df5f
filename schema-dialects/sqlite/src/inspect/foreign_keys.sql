SELECT t.name, count(DISTINCT f.id)
FROM main.sqlite_schema AS t, pragma_foreign_key_list(t.name, 'main') AS f
WHERE t.type = 'table' AND t.rootpage <> 0
GROUP BY t.name
