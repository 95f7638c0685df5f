//! What declared objects seem to need, from the names that their SQL mentions. It only decides in which order they
//! are tried; the server decides what they mean.

use std::collections::HashMap;

use schema_core::{Database, Dependencies, Name, ObjectId, ObjectKind, Sql};

use crate::lexis::{Token, tokens};
use crate::texts::{Visitor, visit};

pub(super) fn dependencies(declared: &Database) -> Dependencies {
    let mut by_name: HashMap<String, Vec<&ObjectId>> = HashMap::new();
    for (id, _) in declared.objects() {
        let mentionable = !matches!(
            id.kind,
            ObjectKind::Schema
                | ObjectKind::Extension
                | ObjectKind::Trigger
                | ObjectKind::Policy
                | ObjectKind::Privileges
                | ObjectKind::DefaultPrivileges
                | ObjectKind::Role
        );
        if mentionable {
            by_name.entry(id.name.to_string()).or_default().push(id);
        }
    }
    let mut dependencies = Dependencies::default();
    for (id, object) in declared.objects() {
        let mut mentions = Mentions::default();
        visit(&mut object.clone(), &mut mentions);
        for name in mentions.0 {
            for needed in by_name.get(&name).into_iter().flatten() {
                dependencies.insert(id.clone(), (*needed).clone());
            }
        }
    }
    dependencies
}

#[derive(Default)]
struct Mentions(Vec<String>);

impl Visitor for Mentions {
    fn sql(&mut self, sql: &mut Sql) {
        for token in tokens(sql.as_str()) {
            match token {
                Token::Word(_) | Token::Quoted(_) => self.0.extend(token.identifier()),
                // `nextval('a.b')` names a sequence in a string.
                Token::Other(text) if text.starts_with('\'') => {
                    let name = text.trim_matches('\'').rsplit('.').next().unwrap_or_default();
                    self.0.push(name.trim_matches('"').to_owned());
                }
                Token::Other(_) => {}
            }
        }
    }

    fn schema(&mut self, _: &mut Option<Name>) {}
}
