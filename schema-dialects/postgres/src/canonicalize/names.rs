//! Real names to those of scratch schemas, and back.

use std::collections::HashMap;

use schema_core::{Canonical, Database, Dependencies, Name, Object, ObjectId, ObjectKind, Sql};

use crate::lexis::{Token, tokens};
use crate::texts::{Visitor, visit};

/// Declared schemas and the scratch schemas that stand for them.
pub(super) struct Names {
    default: Name,
    to_scratch: HashMap<String, Name>,
    /// By scratch name: the real one, and as the server quotes it.
    to_real: HashMap<Name, (Name, String)>,
    token: String,
}

impl Names {
    /// Stands scratch schemas in for `schemas`, given as they are and as the server quotes them.
    pub(super) fn new(schemas: Vec<(String, String)>, default: &str) -> Self {
        let token = super::scratch::name();
        let mut names = Self {
            default: Name::from(default),
            to_scratch: HashMap::new(),
            to_real: HashMap::new(),
            token: token.clone(),
        };
        for (number, (schema, quoted)) in schemas.into_iter().enumerate() {
            let scratch = Name::new(format!("{token}_{number}_"));
            names.to_real.insert(scratch.clone(), (Name::from(&schema), quoted));
            names.to_scratch.insert(schema, scratch);
        }
        names
    }

    /// The scratch schemas, the default one first.
    pub(super) fn scratch(&self) -> Vec<Name> {
        let default = self.to_scratch.get(self.default.as_str());
        let mut rest: Vec<&Name> = self.to_scratch.values().filter(|name| Some(*name) != default).collect();
        rest.sort();
        default.into_iter().chain(rest).cloned().collect()
    }

    pub(super) fn rename_to_scratch(&self, declared: Database) -> Database {
        let forward = |mut object: Object| {
            visit(&mut object, &mut Forward(self));
            object
        };
        declared.into_objects().map(forward).collect()
    }

    pub(super) fn rename_back(&self, observed: Canonical) -> Canonical {
        let back = |mut object: Object| {
            visit(&mut object, &mut Back(self));
            object
        };
        let database = observed.database.into_objects().map(back).collect();
        let mut dependencies = Dependencies::default();
        for (object, needed) in observed.dependencies.iter() {
            dependencies.insert(self.real_id(object), self.real_id(needed));
        }
        Canonical::observed(database, dependencies)
    }

    fn real_id(&self, id: &ObjectId) -> ObjectId {
        let mut id = id.clone();
        if id.kind == ObjectKind::Schema {
            id.name = self.real(&id.name).unwrap_or(id.name);
        }
        id.schema = id.schema.map(|schema| self.real(&schema).unwrap_or(schema));
        id.signature = id.signature.map(|signature| self.text(&signature));
        if matches!(id.kind, ObjectKind::Sql(_)) {
            id.name = Name::new(self.text(id.name.as_str()));
        }
        id
    }

    fn real(&self, scratch: &Name) -> Option<Name> {
        self.to_real.get(scratch).map(|(name, _)| name.clone())
    }

    /// A text with the real names. The random token occurs nowhere else, so this replaces exactly what was put in.
    pub(super) fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        if text.contains(&self.token) {
            for (scratch, (_, quoted)) in &self.to_real {
                text = text.replace(scratch.as_str(), quoted);
            }
        }
        text
    }
}

struct Forward<'a>(&'a Names);

impl Visitor for Forward<'_> {
    /// Replaces a schema where it qualifies a name.
    fn sql(&mut self, sql: &mut Sql) {
        let pieces = tokens(sql.as_str());
        let mut text = String::with_capacity(sql.as_str().len());
        let mut previous_is_dot = false;
        for (at, piece) in pieces.iter().enumerate() {
            let qualifies = pieces.get(at + 1).is_some_and(|next| next.text() == ".") && !previous_is_dot;
            let schema = piece.identifier().filter(|_| qualifies);
            let scratch = schema.and_then(|name| self.0.to_scratch.get(&name));
            match (scratch, piece) {
                (Some(scratch), _) => text.push_str(scratch.as_str()),
                // A sequence or other relation named in a string: `nextval('public.s'::regclass)`.
                (None, Token::Other(literal)) if literal.starts_with('\'') => {
                    text.push_str(&self.literal(literal));
                }
                (None, _) => text.push_str(piece.text()),
            }
            previous_is_dot = piece.text() == ".";
        }
        *sql = Sql::new(text);
    }

    fn schema(&mut self, schema: &mut Option<Name>) {
        let name = schema.as_ref().unwrap_or(&self.0.default);
        if let Some(scratch) = self.0.to_scratch.get(name.as_str()) {
            *schema = Some(scratch.clone());
        }
    }
}

impl Forward<'_> {
    fn literal(&self, literal: &str) -> String {
        let inner = literal.trim_matches('\'');
        let pieces = tokens(inner);
        let (Some(first), Some(dot), Some(last), None) =
            (pieces.first(), pieces.get(1), pieces.get(2), pieces.get(3))
        else {
            return literal.to_owned();
        };
        let scratch = first.identifier().and_then(|name| self.0.to_scratch.get(&name));
        match scratch {
            Some(scratch) if dot.text() == "." && last.identifier().is_some() => {
                format!("'{scratch}.{}'", last.text())
            }
            _ => literal.to_owned(),
        }
    }
}

struct Back<'a>(&'a Names);

impl Visitor for Back<'_> {
    fn sql(&mut self, sql: &mut Sql) {
        if sql.as_str().contains(&self.0.token) {
            *sql = Sql::new(self.0.text(sql.as_str()));
        }
    }

    fn schema(&mut self, schema: &mut Option<Name>) {
        if let Some(real) = schema.as_ref().and_then(|name| self.0.real(name)) {
            *schema = Some(real);
        }
    }
}
