-- Members without a host are roles.
SELECT CAST(Role AS CHAR) AS role, '' AS role_host, CAST(User AS CHAR) AS member, '' AS member_host,
       CAST(Admin_option AS CHAR) AS admin
FROM mysql.roles_mapping
WHERE Host = ''
ORDER BY 1, 3
