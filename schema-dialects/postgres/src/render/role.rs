//! Roles: attributes, settings and memberships. Never a password.

use schema_core::{Membership, Name, PostgresRole, Role};

use super::comment;
use crate::quote;

/// The settings that are lists of names, of which each is quoted by itself.
const LISTS: [&str; 6] = [
    "local_preload_libraries",
    "search_path",
    "session_preload_libraries",
    "shared_preload_libraries",
    "temp_tablespaces",
    "unix_socket_directories",
];

/// Whether a setting is a list of names.
pub(crate) fn is_list(setting: &str) -> bool {
    LISTS.contains(&setting.to_lowercase().as_str())
}

/// The statements that make a role.
pub(crate) fn create(role: &Role) -> Vec<String> {
    let plain = Role::new(role.name.clone());
    let options = options(&plain.postgres, &role.postgres);
    let with = if options.is_empty() { String::new() } else { format!(" WITH {}", options.join(" ")) };
    let mut all = vec![format!("CREATE ROLE {}{with}", quote::name(&role.name))];
    all.extend(rest(&plain, role));
    all
}

/// The statements that lead from one role to another.
pub(crate) fn alter(before: &Role, after: &Role) -> Vec<String> {
    let options = options(&before.postgres, &after.postgres);
    let mut all = Vec::new();
    if !options.is_empty() {
        all.push(format!("ALTER ROLE {} WITH {}", quote::name(&after.name), options.join(" ")));
    }
    all.extend(rest(before, after));
    all
}

/// What it may do that passes the grants, in words: those of its attributes that are like that, and the roles that the
/// server comes with.
pub(crate) fn powers(role: &Role) -> Vec<String> {
    let PostgresRole { superuser, create_db, create_role, replication, bypass_rls, .. } = &role.postgres;
    let attributes = [
        (*superuser, "SUPERUSER"),
        (*create_role, "CREATEROLE"),
        (*create_db, "CREATEDB"),
        (*replication, "REPLICATION"),
        (*bypass_rls, "BYPASSRLS"),
    ];
    let attributes = attributes.into_iter().filter(|(has, _)| *has).map(|(_, word)| word.to_owned());
    let own = role.member_of.iter().filter(|membership| membership.role.as_str().starts_with("pg_"));
    attributes.chain(own.map(|membership| membership.role.to_string())).collect()
}

fn options(before: &PostgresRole, after: &PostgresRole) -> Vec<String> {
    let switches = [
        (before.superuser, after.superuser, "SUPERUSER"),
        (before.create_db, after.create_db, "CREATEDB"),
        (before.create_role, after.create_role, "CREATEROLE"),
        (before.inherit, after.inherit, "INHERIT"),
        (before.login, after.login, "LOGIN"),
        (before.replication, after.replication, "REPLICATION"),
        (before.bypass_rls, after.bypass_rls, "BYPASSRLS"),
    ];
    let changed = switches.into_iter().filter(|(before, after, _)| before != after);
    let mut all: Vec<String> =
        changed.map(|(_, after, word)| if after { word.to_owned() } else { format!("NO{word}") }).collect();
    if before.connection_limit != after.connection_limit {
        all.push(format!("CONNECTION LIMIT {}", after.connection_limit.unwrap_or(-1)));
    }
    if before.valid_until != after.valid_until {
        // What was said once cannot be unsaid; for ever is the same.
        let until = after.valid_until.as_deref().unwrap_or("infinity");
        all.push(format!("VALID UNTIL {}", quote::literal(until)));
    }
    all
}

/// What statements of their own say: settings, comment, memberships.
fn rest(before: &Role, after: &Role) -> Vec<String> {
    let name = quote::name(&after.name);
    let (old, new) = (&before.postgres.settings, &after.postgres.settings);
    let mut all = Vec::new();
    let gone = old.iter().filter(|(setting, _)| !new.iter().any(|(other, _)| other == setting));
    all.extend(gone.map(|(setting, _)| format!("ALTER ROLE {name} RESET {}", self::setting(setting))));
    let set = new.iter().filter(|setting| !old.contains(setting));
    all.extend(set.map(|(setting, value)| {
        format!("ALTER ROLE {name} SET {} TO {}", self::setting(setting), self::value(setting, value))
    }));
    if before.comment != after.comment {
        all.push(comment::on("ROLE", &name, after.comment.as_deref()));
    }
    let kept = |role: &Name| after.member_of.iter().any(|other| other.role == *role);
    for Membership { role, .. } in before.member_of.iter().filter(|membership| !kept(&membership.role)) {
        all.push(format!("REVOKE {} FROM {name}", quote::name(role)));
    }
    for membership in after.member_of.iter().filter(|membership| !before.member_of.contains(membership)) {
        let old = before.member_of.iter().find(|other| other.role == membership.role);
        all.push(grant(&name, old, membership));
    }
    all
}

fn grant(member: &str, before: Option<&Membership>, after: &Membership) -> String {
    let Membership { role, admin, inherit, set } = after;
    let role = quote::name(role);
    if let (None, None) = (inherit, set) {
        return match (before, admin) {
            (Some(Membership { admin: true, .. }), false) => {
                format!("REVOKE ADMIN OPTION FOR {role} FROM {member}")
            }
            (_, true) => format!("GRANT {role} TO {member} WITH ADMIN OPTION"),
            (_, false) => format!("GRANT {role} TO {member}"),
        };
    }
    let option = |word: &str, on: bool| format!("{word} {}", if on { "TRUE" } else { "FALSE" });
    let mut options = vec![option("ADMIN", *admin)];
    options.extend(inherit.map(|on| option("INHERIT", on)));
    options.extend(set.map(|on| option("SET", on)));
    format!("GRANT {role} TO {member} WITH {}", options.join(", "))
}

/// The name of a setting; those of extensions have two parts.
fn setting(name: &str) -> String {
    name.split('.').map(quote::name).collect::<Vec<_>>().join(".")
}

fn value(setting: &str, stored: &str) -> String {
    if !is_list(setting) {
        return quote::literal(stored);
    }
    let items = items(stored);
    if items.is_empty() {
        return "''".to_owned();
    }
    items.iter().map(|item| quote::literal(item)).collect::<Vec<_>>().join(", ")
}

/// The names of a list as the server stores it.
pub(crate) fn items(stored: &str) -> Vec<String> {
    let (mut all, mut item, mut quoted, mut said) = (Vec::new(), String::new(), false, false);
    let mut characters = stored.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                item.push('"');
            }
            '"' => {
                quoted = !quoted;
                said = true;
            }
            ',' if !quoted => {
                all.push(std::mem::take(&mut item));
                said = false;
            }
            c if !quoted && c.is_whitespace() => {}
            c => {
                item.push(c);
                said = true;
            }
        }
    }
    if said || !all.is_empty() {
        all.push(item);
    }
    all
}

#[cfg(test)]
mod tests {
    use schema_core::{Membership, PostgresRole, Role};

    use super::{alter, create, items};

    #[test]
    fn a_role_is_made_changed_and_changed_back() {
        let mut app = Role::new("app").member_of(Membership::of("readers"));
        app.comment = Some("it's".to_owned());
        app.postgres = PostgresRole {
            login: true,
            inherit: false,
            connection_limit: Some(3),
            settings: vec![
                ("search_path".to_owned(), "a, \"B c\"".to_owned()),
                ("work_mem".to_owned(), "4MB".to_owned()),
            ],
            ..PostgresRole::default()
        };
        assert_eq!(
            create(&app),
            [
                "CREATE ROLE \"app\" WITH NOINHERIT LOGIN CONNECTION LIMIT 3",
                "ALTER ROLE \"app\" SET \"search_path\" TO 'a', 'B c'",
                "ALTER ROLE \"app\" SET \"work_mem\" TO '4MB'",
                "COMMENT ON ROLE \"app\" IS 'it''s'",
                "GRANT \"readers\" TO \"app\"",
            ]
        );
        let mut plain = Role::new("app");
        plain.member_of = vec![Membership { inherit: Some(true), set: Some(false), ..Membership::of("x") }];
        assert_eq!(
            alter(&app, &plain),
            [
                "ALTER ROLE \"app\" WITH INHERIT NOLOGIN CONNECTION LIMIT -1",
                "ALTER ROLE \"app\" RESET \"search_path\"",
                "ALTER ROLE \"app\" RESET \"work_mem\"",
                "COMMENT ON ROLE \"app\" IS NULL",
                "REVOKE \"readers\" FROM \"app\"",
                "GRANT \"x\" TO \"app\" WITH ADMIN FALSE, INHERIT TRUE, SET FALSE",
            ]
        );
        assert!(alter(&app, &app).is_empty());
    }

    #[test]
    fn lists_are_read_as_they_are_stored() {
        assert_eq!(items("a, \"B, \"\"c\""), ["a", "B, \"c"]);
        assert_eq!(items("\"\""), [""]);
        assert!(items("").is_empty());
    }
}
