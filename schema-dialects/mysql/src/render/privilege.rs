//! Grants.

use indexmap::IndexMap;
use schema_core::{Grant, Name, ObjectId, ObjectKind, Privileges, Sql};

use crate::grant::GRANT_OPTION;
use crate::quote;

/// The statements that grant all of it, one for each account.
pub(crate) fn create(privileges: &Privileges) -> Vec<Sql> {
    by_role(&privileges.grants)
        .into_iter()
        .map(|(role, grants)| grant(&privileges.object, role, &grants).into())
        .collect()
}

/// Grants by account, in order.
pub(crate) fn by_role(grants: &[Grant]) -> IndexMap<&Name, Vec<&Grant>> {
    let mut all: IndexMap<&Name, Vec<&Grant>> = IndexMap::new();
    for grant in grants {
        all.entry(&grant.role).or_default().push(grant);
    }
    all
}

/// `GRANT` to one account.
pub(crate) fn grant(object: &ObjectId, role: &Name, grants: &[&Grant]) -> String {
    let (options, rest): (Vec<&Grant>, Vec<&Grant>) =
        grants.iter().partition(|grant| grant.privilege == GRANT_OPTION);
    let words = if rest.is_empty() { "USAGE".to_owned() } else { words(&rest) };
    let option = if options.is_empty() { "" } else { " WITH GRANT OPTION" };
    format!("GRANT {words} ON {} TO {}{option}", target(object), quote::account(role.as_str()))
}

/// `REVOKE` from one account.
pub(crate) fn revoke(object: &ObjectId, role: &Name, grants: &[&Grant]) -> String {
    format!("REVOKE {} ON {} FROM {}", words(grants), target(object), quote::account(role.as_str()))
}

/// The privileges, each with its columns behind it.
pub(crate) fn words(grants: &[&Grant]) -> String {
    let mut columns: IndexMap<(&str, bool), Vec<&Name>> = IndexMap::new();
    for grant in grants {
        columns.entry((&grant.privilege, grant.column.is_some())).or_default().extend(&grant.column);
    }
    let word = |((privilege, on_columns), names): ((&str, bool), Vec<&Name>)| {
        if on_columns { format!("{privilege} ({})", quote::names(names)) } else { privilege.to_owned() }
    };
    columns.into_iter().map(word).collect::<Vec<_>>().join(", ")
}

fn target(object: &ObjectId) -> String {
    let name = quote::qualified(&object.qualified_name());
    if object.kind == ObjectKind::Schema {
        return format!("{name}.*");
    }
    match object.signature.as_ref().filter(|_| object.kind == ObjectKind::Routine) {
        Some(kind) => format!("{} {name}", kind.to_uppercase()),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::{create, revoke};
    use schema_core::{Grant, ObjectId, Privileges, Sql};

    #[test]
    fn each_account_gets_one_statement() {
        let grant = |role: &str, privilege: &str, column: Option<&str>| Grant {
            role: role.into(),
            privilege: privilege.to_owned(),
            column: column.map(Into::into),
            grantable: false,
        };
        let grants = vec![
            grant("a@%", "GRANT OPTION", None),
            grant("a@%", "SELECT", Some("x")),
            grant("a@%", "SELECT", Some("y")),
            grant("r", "INSERT", None),
            grant("z@h", "GRANT OPTION", None),
        ];
        let all = Privileges { object: ObjectId::table(&"t".into()), owner: None, grants };
        let statements: Vec<String> = create(&all).iter().map(|sql: &Sql| sql.to_string()).collect();
        assert_eq!(
            statements,
            [
                "GRANT SELECT (`x`, `y`) ON `t` TO `a`@`%` WITH GRANT OPTION",
                "GRANT INSERT ON `t` TO `r`",
                "GRANT USAGE ON `t` TO `z`@`h` WITH GRANT OPTION",
            ]
        );
        let first: Vec<&Grant> = all.grants.iter().take(2).collect();
        assert_eq!(
            revoke(&all.object, &"a@%".into(), &first),
            "REVOKE GRANT OPTION, SELECT (`x`) ON `t` FROM `a`@`%`"
        );
    }
}
