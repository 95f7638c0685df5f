//! Declared roles. They belong to the whole server, so none is made to see what the server makes of it: what is
//! declared is read here, and compared as it is.

use std::collections::HashSet;

use indexmap::IndexMap;
use schema_core::{Database, Error, Membership, Name, Object, ObjectId, ObjectKind, PostgresRole, Role};

use crate::Flavour;
use crate::grant::{account, grantee};
use crate::text::Cursor;

/// What is said where roles are declared and not asked for.
pub(crate) const NOT_ASKED_FOR: &str = "roles belong to the whole server, and are part of a schema only where it is asked for: with --roles, or by the \
     scope";

/// The roles that are declared.
pub(crate) struct Roles {
    all: IndexMap<Name, Role>,
    flavour: Flavour,
    /// Whether roles are part of the schema.
    wanted: bool,
}

impl Roles {
    /// Takes the roles out of a schema.
    pub(crate) fn of(lowered: &mut Database, flavour: Flavour, wanted: bool) -> Result<Self, Error> {
        let is_role = |id: &&ObjectId| id.kind == ObjectKind::Role;
        let ids: Vec<ObjectId> = lowered.objects().map(|(id, _)| id).filter(is_role).cloned().collect();
        let mut roles = Self { all: IndexMap::new(), flavour, wanted };
        for id in ids {
            let Some(Object::Role(role)) = lowered.remove(&id) else { continue };
            let said = || Error::Input(format!("{id}: {NOT_ASKED_FOR}"));
            wanted.then_some(()).ok_or_else(said)?;
            let mut own = roles.insert(&role.name).map_err(Error::Input)?.clone();
            for membership in role.member_of {
                let role = roles.name(&membership.role).map_err(Error::Input)?;
                join(&mut own, Membership { role, ..membership });
            }
            roles.all.insert(own.name.clone(), own);
        }
        Ok(roles)
    }

    /// The name as the server knows it: a role of MySQL has a host, one of MariaDB has none.
    fn name(&self, role: &Name) -> Result<Name, String> {
        match (self.flavour, role.as_str().contains('@')) {
            (Flavour::MySql, false) => Ok(account(role.as_str(), "%")),
            (Flavour::MySql, true) | (Flavour::MariaDb, false) => Ok(role.clone()),
            (Flavour::MariaDb, true) => Err(format!("{role}: a role of MariaDB has no host")),
        }
    }

    fn insert(&mut self, name: &Name) -> Result<&Role, String> {
        let name = self.name(name)?;
        if self.all.contains_key(&name) {
            return Err(format!("the role {name} is declared twice"));
        }
        Ok(self.all.entry(name.clone()).or_insert_with(|| Role::new(name)))
    }

    /// Reads a statement of a script.
    pub(crate) fn read(&mut self, sql: &str) -> Result<(), String> {
        if !self.wanted {
            return Err(NOT_ASKED_FOR.to_owned());
        }
        let not_read = || "only CREATE ROLE, and GRANT of roles to roles, are understood".to_owned();
        let mut cursor = Cursor::new(sql);
        let names = |cursor: &mut Cursor<'_>| {
            let mut all = vec![grantee(cursor).ok_or_else(not_read)?];
            while cursor.take(",") {
                all.push(grantee(cursor).ok_or_else(not_read)?);
            }
            Ok::<_, String>(all)
        };
        if cursor.take("CREATE ROLE") {
            cursor.take("IF NOT EXISTS");
            let roles = names(&mut cursor)?;
            cursor.is_done().then_some(()).ok_or_else(not_read)?;
            return roles.iter().try_for_each(|role| self.insert(role).map(drop));
        }
        cursor.take("GRANT").then_some(()).ok_or_else(not_read)?;
        let roles = names(&mut cursor)?;
        cursor.take("TO").then_some(()).ok_or_else(not_read)?;
        let members = names(&mut cursor)?;
        let admin = cursor.take("WITH ADMIN OPTION");
        cursor.is_done().then_some(()).ok_or_else(not_read)?;
        let roles = roles.iter().map(|role| self.name(role)).collect::<Result<Vec<_>, _>>()?;
        for member in members {
            let name = self.name(&member)?;
            let member = self.all.get_mut(&name).ok_or_else(|| {
                format!(
                    "{member} is no role that is declared before this, and only those are changed: which roles an account \
                     has is the server's own"
                )
            })?;
            for role in &roles {
                join(member, Membership { admin, ..Membership::of(role.clone()) });
            }
        }
        Ok(())
    }

    /// The names of the declared roles.
    pub(crate) fn names(&self) -> impl Iterator<Item = &Name> {
        self.all.keys()
    }

    /// Adds them to what the server holds.
    pub(crate) fn add(self, accounts: &HashSet<Name>, database: &mut Database) -> Result<(), Error> {
        for role in self.all.values() {
            let known = |name: &Name| self.all.contains_key(name) || accounts.contains(name);
            if let Some(group) = role.member_of.iter().find(|membership| !known(&membership.role)) {
                return Err(Error::Input(format!(
                    "{} is to belong to {}, which neither exists nor is declared",
                    role.id(),
                    group.role
                )));
            }
        }
        self.all.into_values().for_each(|role| database.insert(role));
        database.sort();
        Ok(())
    }
}

fn join(member: &mut Role, membership: Membership) {
    member.member_of.retain(|other| other.role != membership.role);
    member.member_of.push(membership);
    member.member_of.sort();
}

/// What these servers cannot hold of a role.
pub(crate) fn problem(role: &Role) -> Option<&'static str> {
    if role.postgres != PostgresRole::default() {
        return Some("a role has no attributes here");
    }
    if role.comment.is_some() {
        return Some("roles have no comments here");
    }
    let options = |membership: &Membership| membership.inherit.is_some() || membership.set.is_some();
    role.member_of.iter().any(options).then_some("INHERIT and SET of a membership are PostgreSQL's")
}

#[cfg(test)]
mod tests {
    use indexmap::IndexMap;

    use super::Roles;
    use crate::Flavour;

    fn read(flavour: Flavour, sql: &[&str]) -> Result<String, String> {
        let mut roles = Roles { all: IndexMap::new(), flavour, wanted: true };
        sql.iter().try_for_each(|sql| roles.read(sql))?;
        let groups = roles.all.values().map(|role| {
            let groups = role.member_of.iter().map(|group| format!(" {} {}", group.role, group.admin));
            format!("{}:{};", role.name, groups.collect::<String>())
        });
        Ok(groups.collect())
    }

    #[test]
    fn roles_are_read_as_they_are_declared() {
        let sql = ["CREATE ROLE IF NOT EXISTS a, `b`", "GRANT a TO b WITH ADMIN OPTION"];
        assert_eq!(read(Flavour::MySql, &sql), Ok("a@%:;b@%: a@% true;".to_owned()));
        assert_eq!(read(Flavour::MariaDb, &sql), Ok("a:;b: a true;".to_owned()));
        let hosts = ["CREATE ROLE 'a'@'localhost'"];
        assert_eq!(read(Flavour::MySql, &hosts), Ok("a@localhost:;".to_owned()));
    }

    #[test]
    fn what_is_no_role_is_refused() {
        for (sql, reason) in [
            ("GRANT a TO b", "b is no role that is declared"),
            ("CREATE ROLE a WITH ADMIN b", "are understood"),
            ("CREATE ROLE a, a", "declared twice"),
            ("CREATE ROLE a@localhost", "has no host"),
        ] {
            let refused = read(Flavour::MariaDb, &[sql]).expect_err(sql);
            assert!(refused.contains(reason), "{sql}: {refused}");
        }
    }
}
