//! Grants, from the server's own tables: the information schema shows a user those of others only where he may read
//! these too, and none on routines.

use indexmap::IndexMap;
use schema_core::{Error, Finding, Grant, Inspection, Name, ObjectId, ObjectKind, Privileges, QualifiedName};
use sqlx::mysql::MySqlRow;
use sqlx::{Column as _, Row as _};

use super::Source;
use crate::grant::{account, privilege};
use crate::server::{Server, text};

/// Adds what is granted on databases and on what is in them.
pub(crate) async fn privileges(
    server: &mut Server,
    sources: &[Source],
    inspection: &mut Inspection,
) -> Result<(), Error> {
    let mut granted = Granted::default();
    for source in sources {
        for row in server.catalog("SELECT * FROM mysql.db WHERE Db = ? OR ? LIKE Db", &source.actual).await? {
            granted.on_database(&row, source, &mut inspection.unmodelled);
        }
        for row in server.catalog(include_str!("privileges.sql"), &source.actual).await? {
            granted.on_object(&row, source, &mut inspection.unmodelled);
        }
    }
    let database = &mut inspection.schema.database;
    for privileges in granted.finish(&server.current_user) {
        database.insert(privileges);
    }
    database.sort();
    Ok(())
}

#[derive(Default)]
struct Granted {
    all: IndexMap<ObjectId, Vec<Grant>>,
}

impl Granted {
    fn on_database(&mut self, row: &MySqlRow, source: &Source, unmodelled: &mut Vec<Finding>) {
        let role = grantee(row, "User", "Host");
        let pattern = text(row, "Db").unwrap_or_default();
        if pattern != source.actual.as_str() {
            unmodelled.push(Finding {
                object: format!("grants to {role} on the databases like {pattern}"),
                table: None,
                reason: "they are on more than this database".to_owned(),
            });
            return;
        }
        let object = ObjectId::new(ObjectKind::Schema, &QualifiedName::new(&source.actual));
        for column in row.columns() {
            if let Some(words) = column.name().strip_suffix("_priv")
                && text(row, column.ordinal()).as_deref() == Some("Y")
            {
                self.add(&object, &role, &words.replace('_', " "), None);
            }
        }
    }

    fn on_object(&mut self, row: &MySqlRow, source: &Source, unmodelled: &mut Vec<Finding>) {
        let role = grantee(row, "user", "host");
        let kind = text(row, "kind").unwrap_or_default();
        let name = Name::new(text(row, "name").unwrap_or_default());
        let name = QualifiedName { schema: source.model.clone(), name };
        let object = match kind.as_str() {
            // The servers do not say of what kind the relation is, or whether it is there at all.
            "TABLE" => ObjectId::table(&name),
            "FUNCTION" | "PROCEDURE" => {
                ObjectId { signature: Some(kind.to_lowercase()), ..ObjectId::new(ObjectKind::Routine, &name) }
            }
            _ => {
                unmodelled.push(Finding {
                    object: format!("grants to {role} on the {} {name}", kind.to_lowercase()),
                    table: None,
                    reason: "a kind of object that the model does not have".to_owned(),
                });
                return;
            }
        };
        let column = text(row, "part").map(Name::new);
        let words = text(row, "privileges").unwrap_or_default();
        for word in words.split(',').filter(|word| !word.is_empty()) {
            self.add(&object, &role, word, column.as_ref());
        }
    }

    fn add(&mut self, object: &ObjectId, role: &Name, word: &str, column: Option<&Name>) {
        self.all.entry(object.clone()).or_default().push(Grant {
            role: role.clone(),
            privilege: privilege(word),
            column: column.cloned(),
            grantable: false,
        });
    }

    fn finish(self, current_user: &str) -> impl Iterator<Item = Privileges> {
        self.all.into_iter().filter_map(move |(object, mut grants)| {
            if object.kind == ObjectKind::Routine {
                // Whoever makes a routine and could not run and change it otherwise is granted so by the server.
                let own = |grant: &Grant| grant.role == current_user;
                let usual = |grant: &Grant| matches!(grant.privilege.as_str(), "EXECUTE" | "ALTER ROUTINE");
                if grants.iter().filter(|grant| own(grant)).all(usual) {
                    grants.retain(|grant| !own(grant));
                }
            }
            grants.sort();
            grants.dedup();
            (!grants.is_empty()).then_some(Privileges { object, owner: None, grants })
        })
    }
}

fn grantee(row: &MySqlRow, user: &str, host: &str) -> Name {
    account(&text(row, user).unwrap_or_default(), &text(row, host).unwrap_or_default())
}
