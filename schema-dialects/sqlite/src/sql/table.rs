//! `CREATE TABLE`.

use schema_core::{
    Check, Column, ConflictClause, DefaultValue, Deferrability, ForeignKey, ForeignKeyAction, Generated,
    GeneratedKind, Identity, KeyExpression, KeyPart, MatchKind, Name, Part, Parts, PrimaryKey, SortOrder,
    Spelling, Table, Type, Unique,
};

use super::cursor::{Cursor, Unread};
use super::expression::{Scope, normalize};
use super::token::{Kind, Token, renamed};

/// The table that a stored `CREATE TABLE` makes.
///
/// # Errors
/// If the text is not of that shape, or holds two constraints that the model cannot keep apart.
pub(crate) fn table(sql: &str) -> Result<Table, Unread> {
    let mut reader = Reader::new(sql)?;
    reader.elements()?;
    reader.options()?;
    reader.finish()
}

/// The text of each column's definition, by the column's name.
pub(crate) fn column_clauses(sql: &str) -> Result<Vec<(String, &str)>, Unread> {
    let mut reader = Reader::new(sql)?;
    reader.elements()?;
    Ok(reader.clauses)
}

/// The text of one column's definition.
pub(crate) fn column_clause<'a>(sql: &'a str, column: &Name) -> Option<&'a str> {
    column_clauses(sql).ok()?.into_iter().find(|(name, _)| *column == name.as_str()).map(|(_, text)| text)
}

/// The same statement for a table of another name.
pub(crate) fn retarget(sql: &str, name: &str) -> Result<String, Unread> {
    let reader = Reader::new(sql)?;
    Ok(renamed(sql, reader.named, name))
}

/// A check before the names of all columns are known.
struct RawCheck<'a> {
    name: Option<Name>,
    expression: &'a str,
}

struct Reader<'a> {
    cursor: Cursor<'a>,
    /// Where the table is named.
    named: Token<'a>,
    table: Table,
    /// Columns with the text that computes them, if they are computed.
    generated: Vec<(Name, &'a str, GeneratedKind)>,
    checks: Vec<RawCheck<'a>>,
    uniques: Vec<Unique>,
    foreign_keys: Vec<ForeignKey>,
    primary_key: Option<PrimaryKey>,
    autoincrement: bool,
    /// `PRIMARY KEY DESC` beside a column does not make it the rowid.
    inline_descending: bool,
    clauses: Vec<(String, &'a str)>,
}

impl<'a> Reader<'a> {
    /// Reads up to the opening parenthesis.
    fn new(sql: &'a str) -> Result<Self, Unread> {
        let mut cursor = Cursor::new(sql);
        cursor.expect_word("CREATE")?;
        let _ = cursor.word("TEMP") || cursor.word("TEMPORARY");
        cursor.expect_word("TABLE")?;
        cursor.words(&["IF", "NOT", "EXISTS"]);
        let named = cursor.qualified_name()?;
        let mut table = Table::new(named.name());
        table.spelling = Spelling::new(sql);
        Ok(Self {
            cursor,
            named,
            table,
            generated: Vec::new(),
            checks: Vec::new(),
            uniques: Vec::new(),
            foreign_keys: Vec::new(),
            primary_key: None,
            autoincrement: false,
            inline_descending: false,
            clauses: Vec::new(),
        })
    }

    fn elements(&mut self) -> Result<(), Unread> {
        self.cursor.expect_symbol("(")?;
        loop {
            if self.at_table_constraint() {
                self.table_constraint()?;
            } else {
                self.column()?;
            }
            // The comma between table constraints may be missing.
            if self.cursor.symbol(",") || self.at_table_constraint() {
                continue;
            }
            return self.cursor.expect_symbol(")");
        }
    }

    fn at_table_constraint(&self) -> bool {
        ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"].iter().any(|word| self.cursor.is_word(word))
    }

    fn column(&mut self) -> Result<(), Unread> {
        let start = self.cursor.peek().map_or(0, |t| t.start);
        let name = self.cursor.name()?;
        let ty = self.column_type()?;
        let mut column = Column::new(name.clone(), Type::native(ty)).nullable();
        self.column_constraints(&mut column)?;
        if self.table.columns.contains(&column.name) {
            return Err(Unread { expected: "another column", found: name });
        }
        self.table.columns.insert(column);
        let end = self.cursor.at.checked_sub(1).map_or(start, |last| self.cursor.tokens[last].end());
        self.clauses.push((name, &self.cursor.sql[start..end]));
        Ok(())
    }

    /// The declared type to the letter, except that SQLite prints its own type names in capitals.
    fn column_type(&mut self) -> Result<String, Unread> {
        let start = self.cursor.peek().map_or(0, |t| t.start);
        let mut end = start;
        let first = self.cursor.at;
        while self.cursor.peek().is_some_and(|t| t.is_name()) && !self.at_column_constraint() {
            end = self.cursor.next().map_or(end, |t| t.end());
        }
        let words = self.cursor.at - first;
        if words > 0 && self.cursor.is_symbol("(") {
            self.cursor.parenthesized()?;
            end = self.cursor.tokens[self.cursor.at - 1].end();
        }
        let text = without_generated_always(&self.cursor.sql[start..end]);
        // Of a type that starts with a quote, the engine keeps what stands in the quotes.
        let kept = match self.cursor.tokens.get(first) {
            Some(token) if words > 0 && token.kind != Kind::Word => token.name(),
            Some(_) | None => text.to_owned(),
        };
        let standard = ["ANY", "BLOB", "INT", "INTEGER", "REAL", "TEXT"];
        Ok(standard.iter().find(|s| s.eq_ignore_ascii_case(&kept)).map_or(kept.clone(), |s| (*s).to_owned()))
    }

    fn at_column_constraint(&self) -> bool {
        const STARTS: &[&str] = &[
            "CONSTRAINT",
            "PRIMARY",
            "NOT",
            "NULL",
            "UNIQUE",
            "CHECK",
            "DEFAULT",
            "COLLATE",
            "REFERENCES",
            "DEFERRABLE",
            "AS",
        ];
        STARTS.iter().any(|word| self.cursor.is_word(word))
    }

    fn column_constraints(&mut self, column: &mut Column) -> Result<(), Unread> {
        let mut name: Option<Name> = None;
        loop {
            let cursor = &mut self.cursor;
            if cursor.word("CONSTRAINT") {
                name = Some(cursor.name()?.into());
                continue;
            } else if cursor.words(&["PRIMARY", "KEY"]) {
                let order = self.sort_order();
                let mut part = KeyPart::column(&column.name);
                part.order = order;
                let mut key = PrimaryKey::new([part]);
                key.name = name.take();
                key.on_conflict = self.on_conflict()?;
                self.inline_descending = order == SortOrder::Descending;
                self.autoincrement = self.cursor.word("AUTOINCREMENT");
                self.primary_key = Some(key);
            } else if cursor.words(&["NOT", "NULL"]) {
                column.nullable = false;
                column.sqlite.not_null_name = name.take();
                column.sqlite.not_null_conflict = self.on_conflict()?;
            } else if cursor.word("NULL") {
                self.on_conflict()?;
            } else if cursor.word("UNIQUE") {
                let mut unique = Unique::new([KeyPart::column(&column.name)]);
                unique.name = name.take();
                unique.on_conflict = self.on_conflict()?;
                self.uniques.push(unique);
            } else if cursor.word("CHECK") {
                let (expression, _) = cursor.parenthesized()?;
                self.on_conflict()?;
                self.checks.push(RawCheck { name: name.take(), expression });
            } else if cursor.word("DEFAULT") {
                column.default = Some(DefaultValue::Expression(self.default_value()?.into()));
            } else if cursor.word("COLLATE") {
                column.collation = Some(known_collation(&cursor.name()?).into());
            } else if cursor.is_word("REFERENCES") {
                let columns = vec![column.name.clone()];
                let foreign_key = self.references(name.take(), columns)?;
                self.foreign_keys.push(foreign_key);
            } else if self.deferral()? {
            } else if cursor_words_generated(&mut self.cursor) {
                let (expression, _) = self.cursor.parenthesized()?;
                let kind = self.generated_kind();
                self.generated.push((column.name.clone(), expression, kind));
            } else {
                return Ok(());
            }
            name = None;
        }
    }

    fn generated_kind(&mut self) -> GeneratedKind {
        if self.cursor.word("STORED") {
            return GeneratedKind::Stored;
        }
        self.cursor.word("VIRTUAL");
        GeneratedKind::Virtual
    }

    /// The text as the engine prints it: `-1`, `'x'`, or what stands between the parentheses.
    fn default_value(&mut self) -> Result<&'a str, Unread> {
        if self.cursor.is_symbol("(") {
            return Ok(self.cursor.parenthesized()?.0);
        }
        let start = self.cursor.peek().map_or(0, |t| t.start);
        if self.cursor.symbol("-") || self.cursor.symbol("+") {
            self.cursor.next();
            return Ok(self.cursor.text_from(start));
        }
        let token = self.cursor.next().ok_or_else(|| self.cursor.unread("a default"))?;
        Ok(token.text)
    }

    fn sort_order(&mut self) -> SortOrder {
        if self.cursor.word("DESC") {
            return SortOrder::Descending;
        }
        self.cursor.word("ASC");
        SortOrder::Ascending
    }

    fn on_conflict(&mut self) -> Result<Option<ConflictClause>, Unread> {
        if !self.cursor.words(&["ON", "CONFLICT"]) {
            return Ok(None);
        }
        let clauses = [
            ("ROLLBACK", Some(ConflictClause::Rollback)),
            // What happens without a clause.
            ("ABORT", None),
            ("FAIL", Some(ConflictClause::Fail)),
            ("IGNORE", Some(ConflictClause::Ignore)),
            ("REPLACE", Some(ConflictClause::Replace)),
        ];
        for (word, clause) in clauses {
            if self.cursor.word(word) {
                return Ok(clause);
            }
        }
        Err(self.cursor.unread("a conflict clause"))
    }

    fn table_constraint(&mut self) -> Result<(), Unread> {
        let mut name = None;
        while self.cursor.word("CONSTRAINT") {
            name = Some(Name::from(self.cursor.name()?));
        }
        let cursor = &mut self.cursor;
        if cursor.words(&["PRIMARY", "KEY"]) {
            let mut key = PrimaryKey::new(self.key_parts()?);
            key.name = name;
            key.on_conflict = self.on_conflict()?;
            self.primary_key = Some(key);
        } else if cursor.word("UNIQUE") {
            let mut unique = Unique::new(self.key_parts()?);
            unique.name = name;
            unique.on_conflict = self.on_conflict()?;
            self.uniques.push(unique);
        } else if cursor.word("CHECK") {
            let (expression, _) = cursor.parenthesized()?;
            self.on_conflict()?;
            self.checks.push(RawCheck { name, expression });
        } else if cursor.words(&["FOREIGN", "KEY"]) {
            let columns = self.names()?;
            let foreign_key = self.references(name, columns)?;
            self.foreign_keys.push(foreign_key);
            self.deferral()?;
        } else if name.is_none() {
            return Err(cursor.unread("a table constraint"));
        }
        // `CONSTRAINT x` may stand alone: the engine forgets it.
        Ok(())
    }

    /// `(a, b COLLATE c DESC)`, with `AUTOINCREMENT` where the engine allows it.
    fn key_parts(&mut self) -> Result<Vec<KeyPart>, Unread> {
        self.cursor.expect_symbol("(")?;
        let mut parts = Vec::new();
        loop {
            let mut part = KeyPart::column(self.cursor.name()?);
            if self.cursor.word("COLLATE") {
                part.collation = Some(known_collation(&self.cursor.name()?).into());
            }
            part.order = self.sort_order();
            parts.push(part);
            if !self.cursor.symbol(",") {
                break;
            }
        }
        self.autoincrement |= self.cursor.word("AUTOINCREMENT");
        self.cursor.expect_symbol(")")?;
        Ok(parts)
    }

    fn names(&mut self) -> Result<Vec<Name>, Unread> {
        self.cursor.expect_symbol("(")?;
        let mut names = vec![self.cursor.name()?.into()];
        while self.cursor.symbol(",") {
            names.push(self.cursor.name()?.into());
        }
        self.cursor.expect_symbol(")")?;
        Ok(names)
    }

    fn references(&mut self, name: Option<Name>, columns: Vec<Name>) -> Result<ForeignKey, Unread> {
        self.cursor.expect_word("REFERENCES")?;
        let table = self.cursor.name()?;
        let referenced = if self.cursor.is_symbol("(") { self.names()? } else { Vec::new() };
        let mut foreign_key = ForeignKey::new(columns, table, referenced);
        foreign_key.name = name;
        loop {
            if self.cursor.words(&["ON", "DELETE"]) {
                foreign_key.on_delete = self.action()?;
            } else if self.cursor.words(&["ON", "UPDATE"]) {
                foreign_key.on_update = self.action()?;
            } else if self.cursor.words(&["ON", "INSERT"]) {
                self.action()?;
            } else if self.cursor.word("MATCH") {
                let kind = self.cursor.name()?;
                foreign_key.match_kind = match kind.to_ascii_uppercase().as_str() {
                    "FULL" => MatchKind::Full,
                    "PARTIAL" => MatchKind::Partial,
                    _simple => MatchKind::Simple,
                };
            } else {
                break;
            }
        }
        self.foreign_keys.push(foreign_key);
        self.deferral()?;
        self.foreign_keys.pop().ok_or_else(|| self.cursor.unread("a foreign key"))
    }

    fn action(&mut self) -> Result<ForeignKeyAction, Unread> {
        let actions: [(&[&str], _); 5] = [
            (&["SET", "NULL"], ForeignKeyAction::SetNull),
            (&["SET", "DEFAULT"], ForeignKeyAction::SetDefault),
            (&["CASCADE"], ForeignKeyAction::Cascade),
            (&["RESTRICT"], ForeignKeyAction::Restrict),
            (&["NO", "ACTION"], ForeignKeyAction::NoAction),
        ];
        for (words, action) in actions {
            if self.cursor.words(words) {
                return Ok(action);
            }
        }
        Err(self.cursor.unread("an action"))
    }

    /// `[NOT] DEFERRABLE [INITIALLY …]`, which speaks of the foreign key before it.
    fn deferral(&mut self) -> Result<bool, Unread> {
        let deferrable = match (self.cursor.words(&["NOT", "DEFERRABLE"]), self.cursor.word("DEFERRABLE")) {
            (true, _) => false,
            (false, true) => true,
            (false, false) => return Ok(false),
        };
        let mut deferred = false;
        if self.cursor.word("INITIALLY") {
            deferred = self.cursor.word("DEFERRED");
            if !deferred {
                self.cursor.expect_word("IMMEDIATE")?;
            }
        }
        if let Some(foreign_key) = self.foreign_keys.last_mut() {
            foreign_key.deferrability = match (deferrable, deferred) {
                (false, _) => Deferrability::NotDeferrable,
                (true, false) => Deferrability::InitiallyImmediate,
                (true, true) => Deferrability::InitiallyDeferred,
            };
        }
        Ok(true)
    }

    fn options(&mut self) -> Result<(), Unread> {
        let options = &mut self.table.options.sqlite;
        loop {
            if self.cursor.word("STRICT") {
                options.strict = true;
            } else if self.cursor.words(&["WITHOUT", "ROWID"]) {
                options.without_rowid = true;
            } else if !self.cursor.symbol(",") {
                break;
            }
        }
        self.cursor.symbol(";");
        if self.cursor.peek().is_some() { Err(self.cursor.unread("a table option")) } else { Ok(()) }
    }

    /// Resolves what could only be resolved with all columns known.
    fn finish(mut self) -> Result<Table, Unread> {
        let scope = table_scope(&self.table);
        for (column, expression, kind) in std::mem::take(&mut self.generated) {
            let expression = normalize(expression, &scope).into();
            if let Some(column) = self.table.columns.get_mut(&column) {
                column.generated = Some(Generated { expression, kind });
            }
        }
        if let Some(mut key) = self.primary_key.take() {
            resolve_key(&self.table, &scope, &mut key.columns);
            self.table.primary_key = Some(key);
            self.apply_primary_key();
        }
        let mut uniques: Vec<Unique> = Vec::new();
        for mut unique in std::mem::take(&mut self.uniques) {
            resolve_key(&self.table, &scope, &mut unique.columns);
            match uniques.iter_mut().find(|other| is_over_the_same(other, &unique)) {
                // The engine keeps one index for both.
                Some(other) => other.on_conflict = other.on_conflict.or(unique.on_conflict),
                None => uniques.push(unique),
            }
        }
        for unique in uniques {
            keep(&mut self.table.uniques, unique, |u| u.name = None)?;
        }
        let mut checks = Parts::default();
        for raw in std::mem::take(&mut self.checks) {
            let mut check = Check::new(normalize(raw.expression, &scope));
            check.name = raw.name;
            keep(&mut checks, check, |c| c.name = None)?;
        }
        self.table.checks = checks;
        let mut foreign_keys = Parts::default();
        for mut foreign_key in std::mem::take(&mut self.foreign_keys) {
            for column in &mut foreign_key.columns {
                if let Some(declared) = scope.column(column.as_str()) {
                    *column = declared.into();
                }
            }
            keep(&mut foreign_keys, foreign_key, |f| f.name = None)?;
        }
        self.table.foreign_keys = foreign_keys;
        Ok(self.table)
    }

    /// What the primary key makes of its columns.
    fn apply_primary_key(&mut self) {
        let Some(key) = &self.table.primary_key else { return };
        let options = &self.table.options.sqlite;
        let columns: Vec<Name> = key.columns.iter().filter_map(KeyPart::column_name).cloned().collect();
        let rowid = match columns.as_slice() {
            [only] if !options.without_rowid && !self.inline_descending => {
                self.table.columns.get(only).filter(|c| is_integer(c)).map(|_| only.clone())
            }
            _composite => None,
        };
        let implied = options.without_rowid || options.strict;
        for name in columns {
            let Some(column) = self.table.columns.get_mut(&name) else { continue };
            if rowid.as_ref() == Some(&name) {
                column.identity = Some(Identity { monotonic: self.autoincrement, ..Identity::default() });
            } else if implied {
                column.nullable = false;
            }
        }
    }
}

/// The names that a table's own expressions can mean.
pub(crate) fn table_scope(table: &Table) -> Scope {
    Scope::new(table.name.name.as_str(), table.columns.names().map(Name::as_str))
}

/// Whether two unique constraints ask the same of rows.
fn is_over_the_same(one: &Unique, other: &Unique) -> bool {
    let parts = |unique: &Unique| -> Vec<_> {
        unique.columns.iter().map(|part| (part.value.clone(), part.collation.clone())).collect()
    };
    parts(one) == parts(other)
}

/// Two equal constraints are one; two of a name are kept apart by their content.
fn keep<T: Part + PartialEq>(parts: &mut Parts<T>, mut part: T, unname: fn(&mut T)) -> Result<(), Unread> {
    if parts.get(&part.key()).is_some_and(|other| *other != part) {
        unname(&mut part);
    }
    match parts.get(&part.key()) {
        None => parts.insert(part),
        Some(other) if *other == part => {}
        Some(_) => {
            return Err(Unread { expected: "another constraint", found: part.key().to_string() });
        }
    }
    Ok(())
}

/// Columns as they were declared, and collations only where they are not the column's own.
pub(super) fn resolve_key(table: &Table, scope: &Scope, parts: &mut [KeyPart]) {
    for part in parts {
        let KeyExpression::Column(name) = &mut part.value else { continue };
        let Some(declared) = scope.column(name.as_str()) else { continue };
        *name = declared.into();
        let own = table.columns.get(name).and_then(|c| c.collation.as_ref()).map(|c| c.name.as_str());
        if part.collation.as_ref().is_some_and(|c| c.name.as_str() == own.unwrap_or("BINARY")) {
            part.collation = None;
        }
    }
}

fn is_integer(column: &Column) -> bool {
    matches!(&column.ty, Type::Native(sql) if sql.as_str() == "INTEGER")
}

/// A collation's name; the engine's own are known in any case.
pub(super) fn known_collation(name: &str) -> String {
    let upper = name.to_ascii_uppercase();
    if ["BINARY", "NOCASE", "RTRIM"].contains(&upper.as_str()) { upper } else { name.to_owned() }
}

/// `GENERATED ALWAYS` is read as part of the type, by the engine too, which takes it off as here: `ALWAYS` also where
/// a comment stands before it.
fn without_generated_always(text: &str) -> &str {
    let strip = |text: &str, word: &str| -> Option<usize> {
        let cut = text.len().checked_sub(word.len())?;
        text.get(cut..).is_some_and(|end| end.eq_ignore_ascii_case(word)).then_some(cut)
    };
    let Some(cut) = strip(text, "ALWAYS").filter(|_| text.len() >= "GENERATED ALWAYS".len()) else {
        return text;
    };
    let rest = text[..cut].trim_ascii_end();
    strip(rest, "GENERATED").map_or(rest, |cut| rest[..cut].trim_ascii_end())
}

/// `GENERATED ALWAYS AS` without a type has its first words taken for the type.
fn cursor_words_generated(cursor: &mut Cursor<'_>) -> bool {
    cursor.is_kind(Kind::Word) && (cursor.words(&["GENERATED", "ALWAYS", "AS"]) || cursor.word("AS"))
}
