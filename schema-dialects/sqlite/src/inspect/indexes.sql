SELECT t.name, l.name, l."unique" <> 0, l.origin, l.partial <> 0, x.name, x.cid, x."desc" <> 0, x.coll
FROM main.sqlite_schema AS t,
     pragma_index_list(t.name, 'main') AS l,
     pragma_index_xinfo(l.name, 'main') AS x
WHERE t.type = 'table' AND t.rootpage <> 0 AND x.key
ORDER BY t.rowid, l.seq, x.seqno
