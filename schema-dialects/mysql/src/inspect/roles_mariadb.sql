SELECT CAST(User AS CHAR) AS name, '' AS host FROM mysql.user WHERE is_role = 'Y' ORDER BY 1
