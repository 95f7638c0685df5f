SELECT t.name, json_group_array(json_array(
         l.seq, x.seqno, l.name, l."unique", l.origin, l.partial, x.name, x.cid, x."desc", x.coll))
FROM main.sqlite_schema AS t,
     pragma_index_list(t.name, 'main') AS l,
     pragma_index_xinfo(l.name, 'main') AS x
WHERE t.type = 'table' AND t.rootpage <> 0 AND x.key
GROUP BY t.rowid
