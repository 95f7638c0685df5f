//! Declared roles. They belong to the whole server, so none is made to see what the server makes of it: what is
//! declared is read here, and compared as it is. Where something declared names a role that the server does not have
//! yet, another of that name stands in for it, within a transaction that is rolled back.

use std::collections::HashMap;

use indexmap::IndexMap;
use schema_core::{
    Database, Declared, Engine, Error, Location, Membership, Name, Object, PostgresRole, Role, Scope,
    Version, script,
};
use sqlx::PgConnection;

use crate::lexis::{Token, tokens};
use crate::render::role::{is_list, items};
use crate::{error, quote};

/// The roles that are declared, and those among them that the server does not have.
#[derive(Default)]
pub(super) struct Roles {
    all: IndexMap<Name, Role>,
    missing: Vec<Name>,
}

impl Roles {
    /// Reads those that are declared, by the server's own words for settings and times.
    pub(super) async fn read(
        connection: &mut PgConnection,
        version: Version,
        declared: &Declared,
        scope: &Scope,
    ) -> Result<Self, Error> {
        let mut all: IndexMap<Name, Role> = IndexMap::new();
        for (_, object) in declared.schema.objects() {
            if let Object::Role(role) = object {
                if scope.roles.is_none() {
                    return Err(Error::Input(format!("{}: {NOT_ASKED_FOR}", role.id())));
                }
                all.insert(role.name.clone(), role.clone());
            }
        }
        if !scope.roles.is_none() {
            for script in &declared.scripts {
                let statements = script::split(&script.text, Engine::Postgres)
                    .map_err(|error| error.within(&script.name))?;
                for statement in statements.iter().filter(|statement| is_about_roles(statement.sql)) {
                    read(statement.sql, version, &mut all).map_err(|message| Error::Script {
                        location: Location {
                            file: script.name.clone(),
                            line: statement.line,
                            column: statement.column,
                        },
                        message,
                        // It may hold a password.
                        statement: None,
                    })?;
                }
            }
        }
        let mut roles = Self { all, missing: Vec::new() };
        if !roles.all.is_empty() {
            roles.settle(connection, version).await?;
        }
        Ok(roles)
    }

    /// The statements that let other roles stand in for those that are missing, for a transaction that is rolled back.
    pub(super) fn stand_ins(&self) -> Vec<String> {
        let make = |name: &Name| {
            let name = quote::name(name);
            // Whoever gives an object to a role must be able to become it.
            [format!("CREATE ROLE {name}"), format!("GRANT {name} TO CURRENT_USER")]
        };
        self.missing.iter().flat_map(make).collect()
    }

    /// Adds them to what the server holds.
    pub(super) fn add(self, database: &mut Database) {
        self.all.into_values().for_each(|role| database.insert(role));
    }

    async fn settle(&mut self, connection: &mut PgConnection, version: Version) -> Result<(), Error> {
        let there: Vec<String> = sqlx::query_scalar("SELECT rolname::text FROM pg_catalog.pg_roles")
            .persistent(false)
            .fetch_all(&mut *connection)
            .await
            .map_err(error::query)?;
        let there: std::collections::HashSet<Name> = there.into_iter().map(Name::from).collect();
        self.missing = self.all.keys().filter(|name| !there.contains(*name)).cloned().collect();
        self.missing.sort();
        for role in self.all.values() {
            let unknown = |membership: &&Membership| {
                !there.contains(&membership.role) && !self.all.contains_key(&membership.role)
            };
            if let Some(membership) = role.member_of.iter().find(unknown) {
                return Err(Error::Input(format!(
                    "{} is to belong to {}, which neither exists nor is declared",
                    role.id(),
                    membership.role
                )));
            }
        }
        let names: Vec<&str> = self
            .all
            .values()
            .flat_map(|role| &role.postgres.settings)
            .map(|(name, _)| name.as_str())
            .collect();
        let known: Vec<(String, String)> = sqlx::query_as(
            "SELECT pg_catalog.lower(s.name), s.name FROM pg_catalog.pg_settings s \
             WHERE pg_catalog.lower(s.name) = ANY (SELECT pg_catalog.lower(n) FROM pg_catalog.unnest($1::text[]) n)",
        )
        .bind(names)
        .persistent(false)
        .fetch_all(&mut *connection)
        .await
        .map_err(error::query)?;
        let known: HashMap<String, String> = known.into_iter().collect();
        for role in self.all.values_mut() {
            let PostgresRole { settings, valid_until, inherit, connection_limit, .. } = &mut role.postgres;
            for (name, value) in settings.iter_mut() {
                if let Some(own) = known.get(&name.to_lowercase()) {
                    name.clone_from(own);
                }
                if is_list(name) {
                    *value = list(items(value));
                }
            }
            settings.sort();
            connection_limit.take_if(|limit| *limit < 0);
            if let Some(until) = valid_until {
                *valid_until = sqlx::query_scalar(
                    "SELECT CASE WHEN pg_catalog.isfinite(t) \
                     THEN pg_catalog.to_char(t AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US+00') END \
                     FROM (SELECT $1::text::timestamptz AS t) t",
                )
                .bind(&*until)
                .persistent(false)
                .fetch_one(&mut *connection)
                .await
                .map_err(|cause| error::database(&cause, None))?;
            }
            for membership in role.member_of.iter_mut().filter(|_| version.major >= 16) {
                membership.inherit.get_or_insert(*inherit);
                membership.set.get_or_insert(true);
            }
            role.member_of.sort();
        }
        Ok(())
    }
}

/// What is said where roles are declared and not asked for.
pub(super) const NOT_ASKED_FOR: &str = "roles belong to the whole server, and are part of a schema only where it is asked for: with --roles, or by the \
     scope";

/// Whether a statement is about a role, or about who belongs to one.
pub(super) fn is_about_roles(sql: &str) -> bool {
    let mut words = Words::of(sql);
    if words.take("CREATE") || words.take("ALTER") || words.take("DROP") {
        return words.take("ROLE") || words.take("GROUP") || (words.take("USER") && !words.take("MAPPING"));
    }
    if words.take("COMMENT") {
        return words.take("ON") && words.take("ROLE");
    }
    (words.take("GRANT") || words.take("REVOKE")) && !words.0.iter().any(|token| is(token, "ON"))
}

fn is(token: &Token<'_>, word: &str) -> bool {
    matches!(token, Token::Word(text) if text.eq_ignore_ascii_case(word))
}

/// The words of a statement, without white space and comments.
struct Words<'a>(std::collections::VecDeque<Token<'a>>);

impl<'a> Words<'a> {
    fn of(sql: &'a str) -> Self {
        let means = |token: &Token<'_>| {
            let text = token.text();
            !text.trim().is_empty() && !text.starts_with("--") && !text.starts_with("/*") && text != ";"
        };
        Self(tokens(sql).into_iter().filter(means).collect())
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.0.front().is_some_and(|token| is(token, word));
        if found {
            self.0.pop_front();
        }
        found
    }

    fn symbol(&mut self, symbol: &str) -> bool {
        let found = self.0.front().is_some_and(|token| token.text() == symbol);
        if found {
            self.0.pop_front();
        }
        found
    }

    fn name(&mut self) -> Result<Name, String> {
        let name = self.0.pop_front().as_ref().and_then(Token::identifier);
        name.map(Name::from).ok_or_else(not_understood)
    }

    fn names(&mut self) -> Result<Vec<Name>, String> {
        let mut all = vec![self.name()?];
        while self.symbol(",") {
            all.push(self.name()?);
        }
        Ok(all)
    }

    /// The name of a role, which must be said: who is connected is nobody's schema.
    fn role(&mut self) -> Result<Name, String> {
        let own = ["CURRENT_USER", "CURRENT_ROLE", "SESSION_USER", "ALL", "PUBLIC"];
        if self.0.front().is_some_and(|token| own.iter().any(|word| is(token, word))) {
            return Err("a role must be called by its name here".to_owned());
        }
        self.name()
    }

    fn number(&mut self) -> Result<i32, String> {
        let minus = self.symbol("-");
        let token = self.0.pop_front();
        let number: i32 = token.and_then(|token| token.text().parse().ok()).ok_or_else(not_understood)?;
        Ok(if minus { -number } else { number })
    }

    fn text(&mut self) -> Result<String, String> {
        self.0.pop_front().as_ref().and_then(literal).ok_or_else(not_understood)
    }

    fn truth(&mut self) -> Result<bool, String> {
        for (word, value) in
            [("OPTION", true), ("TRUE", true), ("FALSE", false), ("ON", true), ("OFF", false)]
        {
            if self.take(word) {
                return Ok(value);
            }
        }
        Err(not_understood())
    }

    fn end(&self) -> Result<(), String> {
        if self.0.is_empty() { Ok(()) } else { Err(not_understood()) }
    }
}

fn not_understood() -> String {
    "what this says of a role is not understood".to_owned()
}

/// The value of a string in plain quotes.
fn literal(token: &Token<'_>) -> Option<String> {
    match token {
        Token::Other(text) if text.len() >= 2 && text.starts_with('\'') && text.ends_with('\'') => {
            Some(text[1..text.len() - 1].replace("''", "'"))
        }
        _ => None,
    }
}

/// Reads one statement about roles into them.
fn read(sql: &str, version: Version, all: &mut IndexMap<Name, Role>) -> Result<(), String> {
    let mut words = Words::of(sql);
    if words.take("CREATE") {
        let logs_in = words.0.front().is_some_and(|token| is(token, "USER"));
        words.0.pop_front();
        let mut role = Role::new(words.role()?);
        role.postgres.login = logs_in;
        options(&mut words, version, &mut role, all)?;
        if all.contains_key(&role.name) {
            return Err(format!("the role {} is declared twice", role.name));
        }
        all.insert(role.name.clone(), role);
        return Ok(());
    }
    if words.take("ALTER") {
        words.0.pop_front();
        let name = words.role()?;
        let mut role = declared(all, &name)?.clone();
        if words.take("SET") {
            set(&mut words, &mut role)?;
        } else if words.take("RESET") {
            if words.take("ALL") {
                role.postgres.settings.clear();
            } else {
                let setting = setting(&mut words)?;
                role.postgres.settings.retain(|(name, _)| !name.eq_ignore_ascii_case(&setting));
            }
            words.end()?;
        } else {
            options(&mut words, version, &mut role, all)?;
        }
        all.insert(name, role);
        return Ok(());
    }
    if words.take("DROP") {
        return Err("a role is dropped by hand: other databases of the server may use it".to_owned());
    }
    if words.take("COMMENT") {
        words.0.drain(..2);
        let name = words.role()?;
        if !words.take("IS") {
            return Err(not_understood());
        }
        let comment = if words.take("NULL") { None } else { Some(words.text()?) };
        words.end()?;
        declared(all, &name)?.comment = comment;
        return Ok(());
    }
    if words.take("REVOKE") {
        return Err(
            "a schema says who belongs to a role, and not who does not: leave out the GRANT".to_owned()
        );
    }
    words.take("GRANT");
    let roles = words.names()?;
    if !words.take("TO") {
        return Err(not_understood());
    }
    let mut members = vec![words.role()?];
    while words.symbol(",") {
        members.push(words.role()?);
    }
    let mut membership = Membership::of("");
    if words.take("WITH") {
        loop {
            let (admin, inherit, set) = (words.take("ADMIN"), words.take("INHERIT"), words.take("SET"));
            let value = words.truth()?;
            match (admin, inherit, set) {
                (true, false, false) => membership.admin = value,
                (false, true, false) => membership.inherit = Some(value),
                (false, false, true) => membership.set = Some(value),
                _ => return Err(not_understood()),
            }
            if !words.symbol(",") {
                break;
            }
        }
    }
    if words.take("GRANTED") {
        // Who granted it is told by no other server.
        if !words.take("BY") {
            return Err(not_understood());
        }
        words.name()?;
    }
    words.end()?;
    if version.major < 16 && (membership.inherit.is_some() || membership.set.is_some()) {
        return Err("INHERIT and SET of a membership need PostgreSQL 16".to_owned());
    }
    for member in members {
        let member = declared(all, &member)?;
        for role in &roles {
            join(member, Membership { role: role.clone(), ..membership.clone() });
        }
    }
    Ok(())
}

fn join(member: &mut Role, membership: Membership) {
    member.member_of.retain(|other| other.role != membership.role);
    member.member_of.push(membership);
}

fn declared<'a>(all: &'a mut IndexMap<Name, Role>, name: &Name) -> Result<&'a mut Role, String> {
    all.get_mut(name).ok_or_else(|| {
        format!("the role {name} is not declared before this, and only roles that are declared are changed: CREATE ROLE it first")
    })
}

/// What stands behind the name in CREATE ROLE and ALTER ROLE.
fn options(
    words: &mut Words<'_>,
    version: Version,
    role: &mut Role,
    all: &mut IndexMap<Name, Role>,
) -> Result<(), String> {
    words.take("WITH");
    while let Some(first) = words.0.pop_front() {
        let Token::Word(word) = first else { return Err(not_understood()) };
        let word = word.to_uppercase();
        let (on, name) = match word.strip_prefix("NO") {
            Some(name) => (false, name),
            None => (true, word.as_str()),
        };
        let postgres = &mut role.postgres;
        match (name, on) {
            ("LOGIN", _) => postgres.login = on,
            ("SUPERUSER", _) => postgres.superuser = on,
            ("CREATEDB", _) => postgres.create_db = on,
            ("CREATEROLE", _) => postgres.create_role = on,
            ("INHERIT", _) => postgres.inherit = on,
            ("REPLICATION", _) => postgres.replication = on,
            ("BYPASSRLS", _) => postgres.bypass_rls = on,
            ("CONNECTION", true) if words.take("LIMIT") => {
                postgres.connection_limit = Some(words.number()?).filter(|limit| *limit >= 0);
            }
            ("VALID", true) if words.take("UNTIL") => postgres.valid_until = Some(words.text()?),
            ("PASSWORD" | "ENCRYPTED" | "UNENCRYPTED", true) => {
                return Err("a password has no place in a schema, which is read, stored and printed by many: leave it \
                            out, and set it apart with ALTER ROLE … PASSWORD"
                    .to_owned());
            }
            ("IN", true) if words.take("ROLE") || words.take("GROUP") => {
                words.names()?.into_iter().for_each(|group| join(role, Membership::of(group)));
            }
            ("ROLE" | "USER", true) => {
                for member in words.names()? {
                    join(declared(all, &member)?, Membership::of(role.name.clone()));
                }
            }
            ("ADMIN", true) => {
                for member in words.names()? {
                    let membership = Membership { admin: true, ..Membership::of(role.name.clone()) };
                    join(declared(all, &member)?, membership);
                }
            }
            _ => return Err(format!("{word} of a role is not understood by PostgreSQL {}", version.major)),
        }
    }
    Ok(())
}

/// Names as the server stores a list of them.
fn list(names: Vec<String>) -> String {
    names.into_iter().map(|name| quote::as_printed(&Name::from(name))).collect::<Vec<_>>().join(", ")
}

fn setting(words: &mut Words<'_>) -> Result<String, String> {
    let mut name = words.name()?.to_string();
    while words.symbol(".") {
        name = format!("{name}.{}", words.name()?);
    }
    Ok(name)
}

/// What stands behind SET.
fn set(words: &mut Words<'_>, role: &mut Role) -> Result<(), String> {
    let name = if words.take("TIME") {
        if !words.take("ZONE") {
            return Err(not_understood());
        }
        "TimeZone".to_owned()
    } else {
        let name = setting(words)?;
        if !words.take("TO") && !words.symbol("=") {
            return Err(not_understood());
        }
        name
    };
    role.postgres.settings.retain(|(other, _)| !other.eq_ignore_ascii_case(&name));
    if words.take("DEFAULT") {
        return words.end();
    }
    let mut values = Vec::new();
    loop {
        let minus = if words.symbol("-") { "-" } else { "" };
        let token = words.0.pop_front().ok_or_else(not_understood)?;
        let text = literal(&token).or_else(|| token.identifier());
        let number =
            || token.text().starts_with(|c: char| c.is_ascii_digit()).then(|| token.text().to_owned());
        let text = text.or_else(number).ok_or_else(not_understood)?;
        let text = format!("{minus}{text}");
        values.push(text);
        if !words.symbol(",") {
            break;
        }
    }
    words.end()?;
    let value = if is_list(&name) { list(values) } else { values.join(", ") };
    role.postgres.settings.push((name, value));
    Ok(())
}

#[cfg(test)]
mod tests {
    use indexmap::IndexMap;
    use schema_core::{Name, Role, Version};

    use super::{is_about_roles, read};

    fn roles(sql: &[&str]) -> Result<IndexMap<Name, Role>, String> {
        let mut all = IndexMap::new();
        for statement in sql {
            assert!(is_about_roles(statement), "{statement}");
            read(statement, Version::new(16, 0, 0), &mut all)?;
        }
        Ok(all)
    }

    #[test]
    fn roles_are_read_as_they_are_declared() {
        let all = roles(&[
            "CREATE ROLE readers",
            "create user \"App\" with nosuperuser connection limit 5 valid until '2030-01-01' in role readers",
            "ALTER ROLE \"App\" SET search_path TO a, 'B c'",
            "ALTER ROLE \"App\" SET work_mem = '4MB'",
            "ALTER ROLE \"App\" SET geqo_seed = -0.5",
            "COMMENT ON ROLE \"App\" IS 'it''s'",
            "CREATE ROLE admins ADMIN \"App\" BYPASSRLS",
            "GRANT pg_monitor TO readers, admins WITH INHERIT FALSE, ADMIN OPTION GRANTED BY postgres",
        ])
        .unwrap_or_else(|error| panic!("{error}"));
        let app = &all[&Name::from("App")];
        assert!(app.postgres.login && app.postgres.connection_limit == Some(5));
        assert_eq!(app.comment.as_deref(), Some("it's"));
        let settings: Vec<&str> = app.postgres.settings.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(settings, ["a, \"B c\"", "4MB", "-0.5"]);
        let groups: Vec<(&str, bool)> =
            app.member_of.iter().map(|membership| (membership.role.as_str(), membership.admin)).collect();
        assert_eq!(groups, [("readers", false), ("admins", true)]);
        let monitor = &all[&Name::from("readers")].member_of[0];
        assert_eq!((monitor.admin, monitor.inherit, monitor.set), (true, Some(false), None));
    }

    #[test]
    fn what_is_no_part_of_a_role_is_refused_by_name() {
        for (sql, reason) in [
            ("CREATE ROLE a PASSWORD 'secret'", "a password has no place in a schema"),
            ("ALTER ROLE a SET x TO 'y'", "the role a is not declared"),
            ("GRANT a TO b", "the role b is not declared"),
            ("GRANT a TO CURRENT_USER", "called by its name"),
            ("DROP ROLE a", "by hand"),
            ("REVOKE a FROM b", "leave out the GRANT"),
            ("CREATE ROLE a SYSID 5", "SYSID of a role is not understood"),
        ] {
            let refused = roles(&[sql]).err().unwrap_or_default();
            assert!(refused.contains(reason) && !refused.contains("secret"), "{sql}: {refused}");
        }
    }

    #[test]
    fn grants_on_objects_are_not_about_roles() {
        for sql in
            ["GRANT SELECT ON t TO a", "CREATE USER MAPPING FOR a SERVER s", "COMMENT ON TABLE t IS 'x'"]
        {
            assert!(!is_about_roles(sql), "{sql}");
        }
    }
}
