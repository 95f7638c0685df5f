-- A role is an account that nobody can log in to, as CREATE ROLE makes it, or one that was granted to another.
SELECT CAST(u.User AS CHAR) AS name, CAST(u.Host AS CHAR) AS host
FROM mysql.user u
WHERE (u.account_locked = 'Y' AND u.password_expired = 'Y' AND u.authentication_string = '')
   OR EXISTS (SELECT 1 FROM mysql.role_edges e WHERE e.FROM_USER = u.User AND e.FROM_HOST = u.Host)
ORDER BY 1, 2
