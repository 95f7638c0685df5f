//! Grants as they are declared, and what the server knows of them: its accounts, and the words of each level.

use std::collections::{HashMap, HashSet};

use schema_core::{Error, Grant, Name, ObjectId, ObjectKind, Privileges, QualifiedName};

use crate::server::{Server, text};
use crate::text::{Cursor, Kind, split_commas};

/// What a grant is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Level {
    Database,
    Table,
    Column,
    Routine,
}

impl Level {
    /// The level of grants on a whole object, if there are any on its kind. Views and sequences are tables here.
    fn of(object: &ObjectId) -> Option<Self> {
        match object.kind {
            ObjectKind::Schema => Some(Self::Database),
            ObjectKind::Table | ObjectKind::View | ObjectKind::Sequence => Some(Self::Table),
            ObjectKind::Routine => Some(Self::Routine),
            ObjectKind::Extension
            | ObjectKind::Enum
            | ObjectKind::EnumValue
            | ObjectKind::Domain
            | ObjectKind::Composite
            | ObjectKind::Range
            | ObjectKind::MaterializedView
            | ObjectKind::Trigger
            | ObjectKind::Policy
            | ObjectKind::Sql(_)
            | ObjectKind::Privileges
            | ObjectKind::DefaultPrivileges
            | ObjectKind::Role
            | ObjectKind::Column
            | ObjectKind::PrimaryKey
            | ObjectKind::Unique
            | ObjectKind::Check
            | ObjectKind::ForeignKey
            | ObjectKind::Exclusion
            | ObjectKind::Index => None,
        }
    }
}

/// That privileges may be granted on: to the servers a privilege like any other, of an account on an object.
pub(crate) const GRANT_OPTION: &str = "GRANT OPTION";

/// An account as the model names it: `user@host`, or the name of a MariaDB role, which has no host.
pub(crate) fn account(user: &str, host: &str) -> Name {
    if host.is_empty() { Name::new(user) } else { Name::new(format!("{user}@{host}")) }
}

/// The words of GRANT for a privilege as the system tables spell it.
pub(crate) fn privilege(word: &str) -> String {
    match word.to_ascii_uppercase().as_str() {
        "GRANT" => GRANT_OPTION.to_owned(),
        "CREATE TMP TABLE" => "CREATE TEMPORARY TABLES".to_owned(),
        "DELETE VERSIONING ROWS" => "DELETE HISTORY".to_owned(),
        other => other.to_owned(),
    }
}

/// What a server knows of granting.
pub(crate) struct Granting {
    pub(crate) accounts: HashSet<Name>,
    levels: HashMap<Level, Vec<String>>,
}

impl Granting {
    /// Asks a server.
    pub(crate) async fn of(server: &mut Server) -> Result<Self, Error> {
        let users = server.query("SELECT CAST(User AS CHAR), CAST(Host AS CHAR) FROM mysql.user").await?;
        let name = |row| account(&text(row, 0).unwrap_or_default(), &text(row, 1).unwrap_or_default());
        let mut levels: HashMap<Level, Vec<String>> = HashMap::new();
        for row in server.query(include_str!("inspect/privilege_words.sql")).await? {
            let (Some(table), Some(column), Some(ty)) = (text(&row, 0), text(&row, 1), text(&row, 2)) else {
                continue;
            };
            let (level, words) = match table.as_str() {
                "db" => (Level::Database, column.trim_end_matches("_priv").replace('_', " ")),
                "tables_priv" => (Level::Table, ty),
                "columns_priv" => (Level::Column, ty),
                _ => (Level::Routine, ty),
            };
            let words = words.trim_start_matches("set(").trim_end_matches(')');
            let words = words.split(',').map(|word| privilege(word.trim_matches('\'')));
            // MariaDB 11.8 grants it on a routine, and has forgotten it the next time it starts: it is written nowhere.
            let kept = words.filter(|word| level != Level::Routine || word != "SHOW CREATE ROUTINE");
            levels.entry(level).or_default().extend(kept);
        }
        Ok(Self { accounts: users.iter().map(name).collect(), levels })
    }

    /// What is declared as the server holds it: on accounts that are there, each privilege by itself.
    pub(crate) fn settle(&self, declared: &Privileges) -> Result<Privileges, String> {
        let mut object = declared.object.clone();
        let level =
            Level::of(&object).ok_or_else(|| format!("nothing is granted on a {} here", object.kind))?;
        if level == Level::Table {
            object.kind = ObjectKind::Table;
        }
        if declared.owner.is_some() {
            return Err("objects have no owners here".to_owned());
        }
        let mut grants = Vec::new();
        for grant in &declared.grants {
            let role = self.account(&grant.role)?;
            let mut add = |privilege: &str, column: &Option<Name>| {
                let (role, privilege) = (role.clone(), privilege.to_owned());
                grants.push(Grant { role, privilege, column: column.clone(), grantable: false });
            };
            if grant.grantable {
                add(GRANT_OPTION, &None);
            }
            let words = grant.privilege.split_whitespace().collect::<Vec<_>>().join(" ");
            let wanted = privilege(&words);
            let level = if grant.column.is_some() { Level::Column } else { level };
            let known = self.levels.get(&level).map(Vec::as_slice).unwrap_or_default();
            match wanted.as_str() {
                "USAGE" => {}
                "ALL" | "ALL PRIVILEGES" if grant.column.is_none() => {
                    known.iter().filter(|word| *word != GRANT_OPTION).for_each(|word| add(word, &None));
                }
                wanted if known.iter().any(|word| word == wanted) => add(wanted, &grant.column),
                wanted => return Err(format!("this server has no privilege {wanted} on {object}")),
            }
        }
        grants.sort();
        grants.dedup();
        Ok(Privileges { object, owner: None, grants })
    }

    fn account(&self, role: &Name) -> Result<Name, String> {
        let anywhere = account(role.as_str(), "%");
        [role, &anywhere].into_iter().find(|name| self.accounts.contains(*name)).cloned().ok_or_else(|| {
            format!("there is no account {role} on the server; accounts are not part of a schema")
        })
    }
}

/// Reads a GRANT of a script for `database`.
pub(crate) fn read(sql: &str, database: &Name) -> Result<Privileges, String> {
    const SHAPE: &str = "only GRANT privileges ON an object TO accounts WITH GRANT OPTION is understood";
    let not_read = || SHAPE.to_owned();
    let mut cursor = Cursor::new(sql);
    cursor.take("GRANT").then_some(()).ok_or_else(not_read)?;
    let mark = cursor.mark();
    while cursor.peek().is_some_and(|token| !token.is("ON") && !token.is("TO")) {
        if cursor.group().is_none() {
            cursor.next();
        }
    }
    let privileges = cursor.since(mark);
    if !cursor.take("ON") {
        return Err(not_read());
    }
    let object = object(&mut cursor, database)?;
    cursor.take("TO").then_some(()).ok_or_else(not_read)?;
    let mut roles = vec![grantee(&mut cursor).ok_or_else(not_read)?];
    while cursor.take(",") {
        roles.push(grantee(&mut cursor).ok_or_else(not_read)?);
    }
    let grantable = cursor.take("WITH GRANT OPTION");
    if !cursor.is_done() {
        return Err(not_read());
    }
    let mut grants = Vec::new();
    for item in split_commas(privileges) {
        let mut cursor = Cursor::new(item);
        let mark = cursor.mark();
        while cursor.peek().is_some_and(|token| token.text != "(") {
            cursor.next();
        }
        let privilege = cursor.since(mark).to_owned();
        let columns = cursor.group().map(|list| {
            split_commas(list)
                .into_iter()
                .map(|column| Cursor::new(column).name())
                .collect::<Option<Vec<_>>>()
        });
        let columns: Vec<Option<Name>> = match columns {
            Some(columns) => columns.ok_or_else(not_read)?.into_iter().map(Some).collect(),
            None => vec![None],
        };
        for role in &roles {
            let grant = |column: &Option<Name>| Grant {
                role: role.clone(),
                privilege: privilege.clone(),
                column: column.clone(),
                grantable,
            };
            grants.extend(columns.iter().map(grant));
        }
    }
    Ok(Privileges { object, owner: None, grants })
}

/// What stands between `ON` and `TO`. The connection's own database may be named.
fn object(cursor: &mut Cursor<'_>, database: &Name) -> Result<ObjectId, String> {
    let routine = ["FUNCTION", "PROCEDURE"].into_iter().find(|word| cursor.take(word));
    if routine.is_none() {
        cursor.take("TABLE");
    }
    let part = |cursor: &mut Cursor<'_>| -> Result<Option<Name>, String> {
        if cursor.take("*") {
            return Ok(None);
        }
        cursor.name().map(Some).ok_or_else(|| "what is granted on is not understood".to_owned())
    };
    let first = part(cursor)?;
    let (schema, name) = if cursor.take(".") { (Some(first), part(cursor)?) } else { (None, first) };
    match schema {
        None => {}
        Some(Some(schema)) if schema == *database => {}
        Some(_) => return Err("this is granted outside of the database".to_owned()),
    }
    Ok(match (name, routine) {
        (Some(name), Some(kind)) => ObjectId {
            signature: Some(kind.to_lowercase()),
            ..ObjectId::new(ObjectKind::Routine, &QualifiedName::new(name))
        },
        (Some(name), None) => ObjectId::table(&QualifiedName::new(name)),
        (None, _) => ObjectId::new(ObjectKind::Schema, &QualifiedName::new(database)),
    })
}

/// An account as a script spells it: `'a'@'%'`, `a@b`, `a`.
pub(crate) fn grantee(cursor: &mut Cursor<'_>) -> Option<Name> {
    let part = |cursor: &mut Cursor<'_>| match cursor.peek()?.kind {
        Kind::Text => cursor.string(),
        Kind::Word | Kind::Quoted => cursor.name().map(|name| name.as_str().to_owned()),
        Kind::Number | Kind::Symbol => None,
    };
    let quoted = cursor.peek()?.kind != Kind::Word;
    let user = part(cursor)?;
    if !quoted {
        // The tokenizer takes `@` for a part of a word.
        return match user.split_once('@') {
            Some((user, "")) => Some(account(user, &part(cursor)?)),
            Some((user, host)) => Some(account(user, host)),
            None if cursor.take("@") => Some(account(&user, &part(cursor)?)),
            None => Some(Name::new(user)),
        };
    }
    match cursor.peek().filter(|token| token.kind == Kind::Word && token.text.starts_with('@')) {
        Some(token) if token.text == "@" => {
            cursor.next();
            Some(account(&user, &part(cursor)?))
        }
        Some(token) => {
            cursor.next();
            Some(account(&user, &token.text[1..]))
        }
        None => Some(Name::new(user)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Granting, Level, read};
    use schema_core::{Name, Privileges};

    fn granting() -> Granting {
        let words = |all: &[&str]| all.iter().map(|word| (*word).to_owned()).collect();
        Granting {
            accounts: ["app@%", "app@localhost", "role"].into_iter().map(Name::new).collect(),
            levels: [
                (Level::Database, words(&["SELECT", "EXECUTE", "GRANT OPTION"])),
                (Level::Table, words(&["SELECT", "INSERT", "CREATE VIEW", "GRANT OPTION"])),
                (Level::Column, words(&["SELECT", "INSERT"])),
                (Level::Routine, words(&["EXECUTE", "GRANT OPTION"])),
            ]
            .into(),
        }
    }

    fn settled(sql: &str) -> Result<String, String> {
        let Privileges { object, grants, .. } = granting().settle(&read(sql, &Name::new("shop"))?)?;
        let grants = grants.iter().map(|grant| {
            let column = grant.column.as_ref().map(|column| format!("({column})")).unwrap_or_default();
            format!(" {}: {}{column}", grant.role, grant.privilege)
        });
        Ok(format!("{object}{}", grants.collect::<String>()))
    }

    #[test]
    fn reads_what_scripts_grant() {
        for (sql, expected) in [
            ("GRANT SELECT ON * TO app", "schema shop app@%: SELECT"),
            ("grant all privileges on shop.* to `role`", "schema shop role: SELECT role: EXECUTE"),
            (
                "GRANT ALL ON TABLE t TO 'app'@'localhost'",
                "table t app@localhost: CREATE VIEW app@localhost: INSERT app@localhost: SELECT",
            ),
            (
                "GRANT SELECT (a, `b`), insert ON shop.t TO app@localhost",
                "table t app@localhost: INSERT app@localhost: SELECT(a) app@localhost: SELECT(b)",
            ),
            (
                "GRANT EXECUTE ON PROCEDURE p TO app, role WITH GRANT OPTION",
                "routine p(procedure) app@%: EXECUTE app@%: GRANT OPTION role: EXECUTE role: GRANT OPTION",
            ),
            ("GRANT USAGE ON t TO app@'%'", "table t"),
        ] {
            let found = settled(sql).unwrap_or_else(|error| error);
            let mut found: Vec<&str> = found.split(' ').collect();
            let mut expected: Vec<&str> = expected.split(' ').collect();
            found.sort_unstable();
            expected.sort_unstable();
            assert_eq!(found, expected, "{sql}");
        }
    }

    #[test]
    fn says_what_it_does_not_grant() {
        for (sql, reason) in [
            ("GRANT SELECT ON *.* TO app", "outside of the database"),
            ("GRANT SELECT ON other.t TO app", "outside of the database"),
            ("GRANT SELECT ON t TO nobody", "no account nobody"),
            ("GRANT EXECUTE ON t TO app", "no privilege EXECUTE on table t"),
            ("GRANT SELECT ON t TO app IDENTIFIED BY 'x'", "is understood"),
        ] {
            let found = settled(sql).expect_err(sql);
            assert!(found.contains(reason), "{sql}: {found}");
        }
    }
}
