//! Rename hints in the comments of a script.

use std::collections::HashMap;

use super::lexer::{Kind, Lexer, Token};
use super::{Body, Place, ScriptError, ScriptFault};
use crate::diff::{Rename, Renames};
use crate::{Engine, Name, ObjectId, ObjectKind, QualifiedName};

/// What the comments of a script begin with when they are for Groundplan.
const MARK: &str = "groundplan:";
const RENAMED_FROM: &str = "renamed_from=";

/// Reads the rename hints of a script: `-- groundplan:renamed_from=old_name`, on a line of its own above a `CREATE
/// TABLE`, `CREATE VIEW`, `CREATE INDEX`, `CREATE TYPE … AS ENUM` or a column, or at the end of its first line.
///
/// ```
/// use schema_core::{Engine, script};
/// let script = "
///     -- groundplan:renamed_from=people
///     CREATE TABLE users (
///         id bigint,
///         email text -- groundplan:renamed_from=mail
///     );";
/// let renames = script::renames(script, Engine::Postgres)?;
/// let renames: Vec<String> = renames.iter().map(|r| format!("{} -> {}", r.from, r.to)).collect();
/// assert_eq!(renames, ["table people -> users", "column people.mail -> email"]);
/// # Ok::<(), script::ScriptError>(())
/// ```
///
/// # Errors
/// What [`split`](super::split) refuses, and a hint that cannot be read or stands beside nothing that it could be about.
pub fn renames(text: &str, engine: Engine) -> Result<Renames, ScriptError> {
    if !text.contains(MARK) {
        return Ok(Renames::default());
    }
    let fail = |offset, fault| Place::start(text).error(text, offset, fault);
    let mut renames = Vec::new();
    let mut statement = Statement::new(text, engine);
    let mut body = Body::new(engine);
    let mut finished = false;
    for token in Lexer::new(text, engine) {
        let token = token.map_err(|(offset, fault)| fail(offset, fault))?;
        // A comment on the line where the statement ends is still the statement's.
        let next_statement = match token.kind {
            Kind::Space => text[token.start..token.end].contains('\n'),
            Kind::Comment | Kind::Delimiter | Kind::Command => false,
            Kind::Word | Kind::Literal | Kind::Symbol => true,
        };
        if finished && next_statement {
            let done = std::mem::replace(&mut statement, Statement::new(text, engine));
            renames.extend(done.renames().map_err(|(offset, fault)| fail(offset, fault))?);
            body = Body::new(engine);
            finished = false;
        }
        match token.kind {
            Kind::Space | Kind::Command => {}
            Kind::Delimiter => finished = body.ends_at_delimiter(),
            Kind::Comment => statement.comment(token).map_err(|fault| fail(token.start, fault))?,
            Kind::Word | Kind::Literal | Kind::Symbol => {
                body.see(token.kind, &text[token.start..token.end]);
                statement.code.push(token);
            }
        }
    }
    renames.extend(statement.renames().map_err(|(offset, fault)| fail(offset, fault))?);
    Ok(under_old_tables(renames))
}

/// The parts of a renamed table are found under its old name.
fn under_old_tables(mut renames: Vec<Rename>) -> Renames {
    let tables: HashMap<ObjectId, Name> = renames
        .iter()
        .filter(|rename| rename.from.kind == ObjectKind::Table)
        .map(|rename| (ObjectId { name: rename.to.clone(), ..rename.from.clone() }, rename.from.name.clone()))
        .collect();
    for rename in &mut renames {
        let table = rename.from.table_name().and_then(|table| tables.get(&ObjectId::table(&table)));
        if let Some(old) = table {
            rename.from.table = Some(old.clone());
        }
    }
    renames.into_iter().collect()
}

/// A hint: where its comment begins, and the old name.
struct Hint {
    offset: usize,
    old: Name,
}

/// What a hint can be about: where it begins, and what it is, unless hints cannot be about it.
struct Element {
    start: usize,
    id: Option<ObjectId>,
}

struct Statement<'a> {
    text: &'a str,
    engine: Engine,
    code: Vec<Token>,
    hints: Vec<Hint>,
}

impl<'a> Statement<'a> {
    fn new(text: &'a str, engine: Engine) -> Self {
        Self { text, engine, code: Vec::new(), hints: Vec::new() }
    }

    fn comment(&mut self, token: Token) -> Result<(), ScriptFault> {
        let comment = self.sql(token).trim_end_matches("*/");
        let Some(hint) = comment.trim_start_matches(['-', '/', '*', '#', ' ', '\t']).strip_prefix(MARK)
        else {
            return Ok(());
        };
        let unreadable = || ScriptFault::UnreadableHint(hint.trim().to_owned());
        let old = hint.strip_prefix(RENAMED_FROM).ok_or_else(unreadable)?.trim();
        let mut tokens = Lexer::new(old, self.engine);
        let kind = match (tokens.next(), tokens.next()) {
            (Some(Ok(only)), None) if matches!(only.kind, Kind::Word | Kind::Literal) => only.kind,
            _anything => return Err(unreadable()),
        };
        self.hints.push(Hint { offset: token.start, old: name(old, kind, self.engine) });
        Ok(())
    }

    fn renames(&self) -> Result<Vec<Rename>, (usize, ScriptFault)> {
        if self.hints.is_empty() {
            return Ok(Vec::new());
        }
        let (elements, end) = self.elements();
        let mut renames = Vec::with_capacity(self.hints.len());
        for hint in &self.hints {
            let line = self.text[..hint.offset].rfind('\n').map_or(0, |newline| newline + 1);
            let above = self.text[line..hint.offset].trim_matches(['\u{feff}', ' ', '\t']).is_empty();
            let element = if above {
                elements.iter().find(|element| element.start > hint.offset)
            } else {
                // After the list of columns, a one-line statement is meant rather than its last column.
                let statement = elements.first().filter(|element| hint.offset > end && element.start >= line);
                let on_line = |element: &&Element| (line..hint.offset).contains(&element.start);
                statement.or_else(|| elements.iter().rfind(on_line))
            };
            let id = element
                .and_then(|element| element.id.clone())
                .ok_or((hint.offset, ScriptFault::StrayHint))?;
            let from = ObjectId { name: hint.old.clone(), ..id.clone() };
            renames.push(Rename { from, to: id.name });
        }
        Ok(renames)
    }

    /// The statement itself and, for a table, its columns and constraints; and where the list of these ends.
    fn elements(&self) -> (Vec<Element>, usize) {
        let Some(first) = self.code.first() else { return (Vec::new(), 0) };
        let Some((id, columns)) = self.created() else {
            return (vec![Element { start: first.start, id: None }], first.start);
        };
        let table = QualifiedName { schema: id.schema.clone(), name: id.name.clone() };
        let has_columns = id.kind == ObjectKind::Table && self.is(columns, "(");
        let mut elements = vec![Element { start: first.start, id: Some(id) }];
        if !has_columns {
            return (elements, first.start);
        }
        let mut depth = 0_usize;
        let mut begins = false;
        for (index, token) in self.code.iter().enumerate().skip(columns) {
            if begins {
                let id = (!self.is_constraint(index))
                    .then(|| ObjectId::on(ObjectKind::Column, &table, self.name(index)));
                elements.push(Element { start: token.start, id });
            }
            begins = false;
            match self.sql(*token) {
                "(" => {
                    depth += 1;
                    begins = depth == 1;
                }
                ")" if depth == 1 => return (elements, token.start),
                ")" => depth -= 1,
                "," => begins = depth == 1,
                _code => {}
            }
        }
        (elements, self.text.len())
    }

    /// What a `CREATE` statement creates, and the index of the token after its name.
    fn created(&self) -> Option<(ObjectId, usize)> {
        let head = (0..self.code.len()).find(|index| self.is(*index, "(") || self.is(*index, "AS"));
        let kind_at = (1..head.unwrap_or(self.code.len())).find(|index| {
            self.is(0, "CREATE")
                && ["TABLE", "VIEW", "INDEX", "TYPE"].iter().any(|kind| self.is(*index, kind))
        })?;
        let mut at = kind_at + 1;
        while ["IF", "NOT", "EXISTS", "CONCURRENTLY"].iter().any(|word| self.is(at, word)) {
            at += 1;
        }
        let (name, mut at) = self.qualified_name(at)?;
        let kind = self.sql(*self.code.get(kind_at)?).to_ascii_uppercase();
        let id = match kind.as_str() {
            "TABLE" => ObjectId::table(&name),
            "VIEW" if self.is(kind_at - 1, "MATERIALIZED") => {
                ObjectId::new(ObjectKind::MaterializedView, &name)
            }
            "VIEW" => ObjectId::new(ObjectKind::View, &name),
            "INDEX" => {
                while ["ON", "ONLY"].iter().any(|word| self.is(at, word)) {
                    at += 1;
                }
                let (table, _) = self.qualified_name(at)?;
                ObjectId::on(ObjectKind::Index, &table, name.name)
            }
            _type if self.is(at, "AS") && self.is(at + 1, "ENUM") => ObjectId::new(ObjectKind::Enum, &name),
            _type => return None,
        };
        Some((id, at))
    }

    fn qualified_name(&self, at: usize) -> Option<(QualifiedName, usize)> {
        self.code.get(at)?;
        let first = self.name(at);
        if self.is(at + 1, ".") && self.code.len() > at + 2 {
            return Some((QualifiedName::within(first, self.name(at + 2)), at + 3));
        }
        Some((QualifiedName::new(first), at + 1))
    }

    fn is_constraint(&self, index: usize) -> bool {
        let words: &[&str] = match self.engine {
            Engine::Postgres => &["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "LIKE"],
            Engine::Sqlite => &["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"],
            Engine::MySql | Engine::MariaDb => &[
                "CONSTRAINT",
                "PRIMARY",
                "UNIQUE",
                "CHECK",
                "FOREIGN",
                "KEY",
                "INDEX",
                "FULLTEXT",
                "SPATIAL",
            ],
        };
        words.iter().any(|word| self.is(index, word))
    }

    fn sql(&self, token: Token) -> &'a str {
        &self.text[token.start..token.end]
    }

    fn is(&self, index: usize, expected: &str) -> bool {
        self.code.get(index).is_some_and(|token| {
            token.kind != Kind::Literal && self.sql(*token).eq_ignore_ascii_case(expected)
        })
    }

    fn name(&self, index: usize) -> Name {
        self.code
            .get(index)
            .map_or_else(|| Name::from(""), |token| name(self.sql(*token), token.kind, self.engine))
    }
}

/// An identifier as the catalog stores it: without its quotes, or folded as the engine folds those without.
fn name(sql: &str, kind: Kind, engine: Engine) -> Name {
    let quote = sql.chars().next().filter(|_| kind == Kind::Literal);
    match quote {
        Some('[') => Name::from(sql[1..].trim_end_matches(']')),
        Some(quote) => {
            let inner = sql.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)).unwrap_or(sql);
            Name::from(inner.replace(&String::from_iter([quote, quote]), &String::from(quote)))
        }
        None if engine == Engine::Postgres => Name::from(sql.to_ascii_lowercase()),
        None => Name::from(sql),
    }
}
