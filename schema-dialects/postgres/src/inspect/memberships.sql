SELECT m.rolname::text AS member,
       r.rolname::text AS role,
       pg_catalog.bool_or(a.admin_option) AS admin,
       NULL::bool AS inherit, NULL::bool AS set           -- until 15
       pg_catalog.bool_or(a.inherit_option) AS inherit,   -- since 16
       pg_catalog.bool_or(a.set_option) AS set            -- since 16
FROM pg_catalog.pg_auth_members a
JOIN pg_catalog.pg_roles m ON m.oid = a.member
JOIN pg_catalog.pg_roles r ON r.oid = a.roleid
GROUP BY m.rolname, r.rolname
ORDER BY m.rolname, r.rolname
