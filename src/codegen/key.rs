//! Keys, checks and indexes: on the field where they are over one column and say nothing more.

use std::collections::HashMap;

use schema_core::{
    Check, Deferrability, Engine, Exclusion, ForeignKey, ForeignKeyAction, Index, IndexMethod, KeyExpression,
    KeyPart, MatchKind, MySqlIndex, Name, NullsOrder, PostgresIndex, PrimaryKey, SortOrder, Sql, Table,
    Unique, naming,
};

use super::attribute::Attribute;
use super::scheme::{Scheme, Struct};
use super::{literal, value};

/// Everything about keys that attributes say of a table.
pub(super) struct Keys {
    table: Vec<Attribute>,
    columns: HashMap<Name, Vec<Attribute>>,
}

impl Keys {
    pub(super) fn of(table: &Table, own: &Struct, scheme: &Scheme<'_>) -> Self {
        let mut writer =
            Writer { table, own, scheme, keys: Self { table: Vec::new(), columns: HashMap::new() } };
        if let Some(key) = &table.primary_key {
            writer.primary_key(key);
        }
        for unique in &table.uniques {
            writer.unique(unique);
        }
        for index in &table.indexes {
            writer.index(index);
        }
        for key in &table.foreign_keys {
            writer.foreign_key(key);
        }
        for check in &table.checks {
            writer.check(check);
        }
        for exclusion in &table.exclusions {
            writer.exclusion(exclusion);
        }
        writer.keys
    }

    /// What stands on the field of a column.
    pub(super) fn of_column(&mut self, column: &Name) -> Vec<Attribute> {
        self.columns.remove(column).unwrap_or_default()
    }

    /// What stands on the struct.
    pub(super) fn of_table(self) -> Vec<Attribute> {
        self.table
    }
}

struct Writer<'a> {
    table: &'a Table,
    own: &'a Struct,
    scheme: &'a Scheme<'a>,
    keys: Keys,
}

impl Writer<'_> {
    fn on_column(&mut self, column: &Name, attribute: Attribute) {
        self.keys.columns.entry(column.clone()).or_default().push(attribute);
    }

    fn is_on_column(&self, column: &Name, key: &str) -> bool {
        let all = self.keys.columns.get(column).into_iter().flatten();
        all.into_iter().any(|attribute| match attribute {
            Attribute::Word(word) | Attribute::Value(word, _) | Attribute::List(word, _) => word == key,
        })
    }

    /// The name that a part gets when none is said.
    fn usual(&self, columns: &[&Name], suffix: &str) -> Option<Name> {
        let columns = || columns.iter().map(|column| column.as_str());
        match self.scheme.engine {
            // What the server makes of longer names is its own business.
            Engine::Postgres => {
                let name = naming::derived(&self.table.name, columns(), suffix, usize::MAX);
                (name.as_str().len() <= 63).then_some(name)
            }
            Engine::MySql | Engine::MariaDb => Some(naming::derived(&self.table.name, columns(), suffix, 64)),
            Engine::Sqlite if suffix == "idx" => {
                Some(naming::derived(&self.table.name, columns(), suffix, usize::MAX))
            }
            Engine::Sqlite => None,
        }
    }

    /// The name, unless it is the usual one.
    fn name(&self, name: Option<&Name>, columns: &[&Name], suffix: &str) -> Option<Name> {
        name.filter(|name| Some(*name) != self.usual(columns, suffix).as_ref()).cloned()
    }

    /// A column as keys name it: its field.
    fn column(&self, column: &Name) -> String {
        self.own
            .fields
            .get(column)
            .map_or_else(|| literal::text(column.as_str()), super::scheme::Field::ident)
    }

    fn columns(&self, key: &str, columns: &[Name]) -> Option<Attribute> {
        Attribute::list_of(key, columns.iter().map(|column| Attribute::word(self.column(column))).collect())
    }

    fn part(&self, part: &KeyPart, operator: Option<&Sql>) -> Attribute {
        let KeyPart { value, order, nulls, collation, operator_class, prefix } = part;
        let mut items = Vec::new();
        let name = match value {
            KeyExpression::Column(column) => self.column(column),
            KeyExpression::Expression(sql) => {
                items.push(Attribute::word(literal::text(sql.as_str())));
                "sql".to_owned()
            }
        };
        items.extend(operator.map(|operator| Attribute::text("with", operator.as_str())));
        items.extend((*order == SortOrder::Descending).then(|| Attribute::word("desc")));
        items.extend(nulls.map(|nulls| {
            Attribute::word(match nulls {
                NullsOrder::First => "nulls_first",
                NullsOrder::Last => "nulls_last",
            })
        }));
        items.extend(
            collation.as_ref().map(|name| Attribute::value("collate", value::collation(name, self.scheme))),
        );
        items.extend(operator_class.as_ref().map(|class| Attribute::text("ops", class.as_str())));
        items.extend(prefix.map(|length| Attribute::value("prefix", length)));
        if items.is_empty() { Attribute::word(name) } else { Attribute::list(&name, items) }
    }

    fn parts(&self, parts: &[KeyPart]) -> Vec<Attribute> {
        parts.iter().map(|part| self.part(part, None)).collect()
    }

    fn primary_key(&mut self, key: &PrimaryKey) {
        let PrimaryKey {
            name,
            columns,
            include,
            deferrability,
            without_overlaps,
            parameters,
            tablespace,
            on_conflict,
            comment,
        } = key;
        let mut options = Vec::new();
        let name = name.as_ref().filter(|name| {
            self.scheme.engine == Engine::Sqlite || Some(*name) != self.usual(&[], "pkey").as_ref()
        });
        options.extend(name.map(|name| Attribute::text("name", name)));
        options.extend(self.columns("include", include));
        options.extend(deferred(*deferrability));
        options.extend(without_overlaps.then(|| Attribute::word("without_overlaps")));
        options.extend((!parameters.is_empty()).then(|| Attribute::texts("parameters", parameters)));
        options.extend(tablespace.as_ref().map(|name| Attribute::text("tablespace", name)));
        options.extend(on_conflict.map(|clause| Attribute::text("on_conflict", value::conflict(clause))));
        options.extend(comment.as_ref().map(|comment| Attribute::text("comment", comment)));
        if let ([column], true) = (plain(columns).as_slice(), options.is_empty() && columns.len() == 1) {
            self.on_column(column, Attribute::word("primary_key"));
            return;
        }
        let mut items = self.parts(columns);
        if !options.is_empty() {
            items = vec![Attribute::list("columns", items)];
            items.extend(options);
        }
        self.keys.table.push(Attribute::list("primary_key", items));
    }

    fn unique(&mut self, unique: &Unique) {
        let Unique {
            name,
            columns,
            include,
            nulls_not_distinct,
            deferrability,
            without_overlaps,
            parameters,
            tablespace,
            on_conflict,
            comment,
            renamed_from: _,
        } = unique;
        let plain = plain(columns);
        let name = self.name(name.as_ref(), &plain, "key");
        let mut options = Vec::new();
        options.extend(self.columns("include", include));
        options.extend(nulls_not_distinct.then(|| Attribute::word("nulls_not_distinct")));
        options.extend(deferred(*deferrability));
        options.extend(without_overlaps.then(|| Attribute::word("without_overlaps")));
        options.extend((!parameters.is_empty()).then(|| Attribute::texts("parameters", parameters)));
        options.extend(tablespace.as_ref().map(|name| Attribute::text("tablespace", name)));
        options.extend(on_conflict.map(|clause| Attribute::text("on_conflict", value::conflict(clause))));
        options.extend(comment.as_ref().map(|comment| Attribute::text("comment", comment)));
        self.key("unique", columns, name.as_ref(), options, false);
    }

    /// A key on its field, or on the struct.
    fn key(
        &mut self,
        key: &str,
        columns: &[KeyPart],
        name: Option<&Name>,
        options: Vec<Attribute>,
        repeatable: bool,
    ) {
        let plain = plain(columns);
        if let ([column], true) = (plain.as_slice(), options.is_empty() && plain.len() == columns.len())
            && (repeatable || !self.is_on_column(column, key))
        {
            let attribute = name.map_or_else(|| Attribute::word(key), |name| Attribute::text(key, name));
            self.on_column(column, attribute);
            return;
        }
        let mut items = vec![Attribute::list("columns", self.parts(columns))];
        items.extend(name.map(|name| Attribute::text("name", name)));
        items.extend(options);
        self.keys.table.push(Attribute::list(key, items));
    }

    fn index(&mut self, index: &Index) {
        let Index {
            name,
            parts,
            unique,
            method,
            predicate,
            include,
            nulls_not_distinct,
            comment,
            renamed_from: _,
            postgres,
            mysql,
            spelling: _,
        } = index;
        let PostgresIndex { parameters, tablespace, invalid: _, attached_to, statistics } = postgres;
        let MySqlIndex { invisible, parser, options: other, explicit_method, without_overlaps } = mysql;
        let mut options = Vec::new();
        options.extend(predicate.as_ref().map(|sql| Attribute::text("where", sql.as_str())));
        let is_usual = *method == IndexMethod::BTree && !explicit_method;
        options.extend((!is_usual).then(|| Attribute::text("using", method_word(method))));
        options.extend(self.columns("include", include));
        options.extend(nulls_not_distinct.then(|| Attribute::word("nulls_not_distinct")));
        options.extend((!parameters.is_empty()).then(|| Attribute::texts("parameters", parameters)));
        options.extend(tablespace.as_ref().map(|name| Attribute::text("tablespace", name)));
        options.extend(
            attached_to
                .as_ref()
                .map(|index| Attribute::value("attached_to", value::qualified(index, self.scheme))),
        );
        let statistics = statistics.iter().map(|(at, target)| Attribute::value(&at.to_string(), target));
        options.extend(Attribute::list_of("statistics", statistics.collect()));
        options.extend(invisible.then(|| Attribute::word("invisible")));
        options.extend(parser.as_ref().map(|name| Attribute::text("parser", name)));
        options
            .extend((!other.is_empty()).then(|| Attribute::texts("options", other.iter().map(Sql::as_str))));
        options.extend(without_overlaps.then(|| Attribute::word("without_overlaps")));
        options.extend(comment.as_ref().map(|comment| Attribute::text("comment", comment)));
        let is_mysql = matches!(self.scheme.engine, Engine::MySql | Engine::MariaDb);
        let plain = plain(parts);
        let all_plain = plain.len() == parts.len();
        if *unique && is_mysql && options.is_empty() && all_plain {
            // There, a unique constraint is a unique index.
            let name = self.name(name.as_ref(), &plain, "key");
            self.key("unique", parts, name.as_ref(), Vec::new(), false);
            return;
        }
        let suffix = if *unique && self.scheme.engine != Engine::Postgres { "key" } else { "idx" };
        let usual = if suffix == "key" && self.scheme.engine == Engine::Sqlite {
            Some(naming::derived(&self.table.name, plain.iter().map(|c| c.as_str()), suffix, usize::MAX))
        } else {
            self.usual(&plain, suffix)
        };
        // The server's own name for an index with included columns holds these too.
        let is_named = !all_plain || !include.is_empty() || name.as_ref() != usual.as_ref();
        let name = name.as_ref().filter(|_| is_named);
        if *unique {
            options.insert(0, Attribute::word("unique"));
        }
        self.key("index", parts, name, options, true);
    }

    fn foreign_key(&mut self, key: &ForeignKey) {
        let ForeignKey {
            name,
            columns,
            references,
            referenced_columns,
            on_update,
            on_delete,
            set_columns,
            match_kind,
            deferrability,
            period,
            validated,
            enforced,
            comment,
            renamed_from: _,
        } = key;
        let own_columns: Vec<&Name> = columns.iter().collect();
        let name = self.name(name.as_ref(), &own_columns, "fkey");
        let mut options = Vec::new();
        options.extend(action(*on_delete).map(|word| Attribute::text("on_delete", word)));
        options.extend(self.columns("set_columns", set_columns));
        options.extend(action(*on_update).map(|word| Attribute::text("on_update", word)));
        options.extend(match match_kind {
            MatchKind::Simple => None,
            MatchKind::Full => Some(Attribute::text("match", "full")),
            MatchKind::Partial => Some(Attribute::text("match", "partial")),
        });
        options.extend(deferred(*deferrability));
        options.extend(period.then(|| Attribute::word("period")));
        options.extend((!validated).then(|| Attribute::word("not_valid")));
        options.extend((!enforced).then(|| Attribute::word("not_enforced")));
        options.extend(name.map(|name| Attribute::text("name", name)));
        options.extend(comment.as_ref().map(|comment| Attribute::text("comment", comment)));
        let mut target = self.paths(columns, key).unwrap_or_else(|| {
            let name = self.scheme.local(references);
            let mut target = vec![Attribute::word(literal::text(name.name.as_str()))];
            target.extend(name.schema.map(|schema| Attribute::text("schema", schema)));
            let named = referenced_columns.iter().map(|name| Attribute::word(literal::text(name.as_str())));
            target.extend(Attribute::list_of("columns", named.collect()));
            target
        });
        if let [column] = columns.as_slice() {
            target.extend(options);
            self.on_column(column, Attribute::list("references", target));
            return;
        }
        let mut items: Vec<Attribute> = self.columns("columns", columns).into_iter().collect();
        items.push(Attribute::list("references", target));
        items.extend(options);
        self.keys.table.push(Attribute::list("foreign_key", items));
    }

    /// The referenced columns by Rust path, where the compiler can check them.
    fn paths(&self, columns: &[Name], key: &ForeignKey) -> Option<Vec<Attribute>> {
        let target = self.scheme.of(&key.references)?;
        let pairs = columns.iter().zip(&key.referenced_columns);
        let paths: Option<Vec<Attribute>> = pairs
            .map(|(column, referenced)| {
                let (from, to) = (self.own.fields.get(column)?, target.fields.get(referenced)?);
                (from.mapping.rust == to.mapping.rust)
                    .then(|| Attribute::word(value::column_path(target, &to.name)))
            })
            .collect();
        paths.filter(|paths| !paths.is_empty() && paths.len() == key.referenced_columns.len())
    }

    fn check(&mut self, check: &Check) {
        let Check {
            name,
            expression,
            mysql: _,
            column,
            no_inherit,
            validated,
            enforced,
            comment,
            renamed_from: _,
        } = check;
        let mut items = vec![Attribute::word(literal::text(expression.as_str()))];
        // The server calls a check beside a column after it.
        let name = name.as_ref().filter(|_| column.is_none());
        items.extend(name.map(|name| Attribute::text("name", name)));
        items.extend(column.is_some().then(|| Attribute::word("inline")));
        items.extend(no_inherit.then(|| Attribute::word("no_inherit")));
        items.extend((!validated).then(|| Attribute::word("not_valid")));
        items.extend((!enforced).then(|| Attribute::word("not_enforced")));
        items.extend(comment.as_ref().map(|comment| Attribute::text("comment", comment)));
        match column {
            Some(column) => self.on_column(column, Attribute::list("check", items)),
            None => self.keys.table.push(Attribute::list("check", items)),
        }
    }

    fn exclusion(&mut self, exclusion: &Exclusion) {
        let Exclusion { name, method, elements, include, predicate, deferrability, parameters, comment } =
            exclusion;
        let elements = elements.iter().map(|element| self.part(&element.part, Some(&element.operator)));
        let mut items = vec![
            Attribute::text("using", method_word(method)),
            Attribute::list("columns", elements.collect()),
        ];
        items.extend(predicate.as_ref().map(|sql| Attribute::text("where", sql.as_str())));
        items.extend(self.columns("include", include));
        items.extend(name.as_ref().map(|name| Attribute::text("name", name)));
        items.extend(deferred(*deferrability));
        items.extend((!parameters.is_empty()).then(|| Attribute::texts("parameters", parameters)));
        items.extend(comment.as_ref().map(|comment| Attribute::text("comment", comment)));
        self.keys.table.push(Attribute::list("exclude", items));
    }
}

/// The columns of key parts that are no more than columns.
fn plain(parts: &[KeyPart]) -> Vec<&Name> {
    let is_plain = |part: &&KeyPart| {
        part.order == SortOrder::Ascending
            && part.nulls.is_none()
            && part.collation.is_none()
            && part.operator_class.is_none()
            && part.prefix.is_none()
    };
    parts.iter().filter(is_plain).filter_map(KeyPart::column_name).collect()
}

fn deferred(deferrability: Deferrability) -> Option<Attribute> {
    match deferrability {
        Deferrability::NotDeferrable => None,
        Deferrability::InitiallyImmediate => Some(Attribute::word("deferrable")),
        Deferrability::InitiallyDeferred => Some(Attribute::word("initially_deferred")),
    }
}

fn action(action: ForeignKeyAction) -> Option<&'static str> {
    match action {
        ForeignKeyAction::NoAction => None,
        ForeignKeyAction::Restrict => Some("restrict"),
        ForeignKeyAction::Cascade => Some("cascade"),
        ForeignKeyAction::SetNull => Some("set null"),
        ForeignKeyAction::SetDefault => Some("set default"),
    }
}

/// A method as `using = "…"` says it.
pub(super) fn method_word(method: &IndexMethod) -> &str {
    match method {
        IndexMethod::BTree => "btree",
        IndexMethod::Hash => "hash",
        IndexMethod::Gin => "gin",
        IndexMethod::Gist => "gist",
        IndexMethod::SpGist => "spgist",
        IndexMethod::Brin => "brin",
        IndexMethod::FullText => "fulltext",
        IndexMethod::Spatial => "spatial",
        IndexMethod::Extension(name) => name.as_str(),
    }
}
