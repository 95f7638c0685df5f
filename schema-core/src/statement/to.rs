//! To `sea_query`'s statements.

use sea_query::{
    Alias, ColumnDef, ConditionalStatement, Expr, ForeignKeyCreateStatement, IndexColumn,
    IndexCreateStatement, IndexOrder, IndexType, IntoIden, TableCreateStatement,
};

use super::Unsayable;
use super::types::column_type;
use crate::{
    Check, Column, DefaultValue, ForeignKey, ForeignKeyAction, GeneratedKind, Identity, Index, IndexMethod,
    KeyExpression, KeyPart, MySqlColumn, MySqlIndex, MySqlTable, PostgresColumn, PostgresIndex,
    PostgresTable, PrimaryKey, QualifiedName, SequenceOptions, SortOrder, SqliteColumn, SqliteTable, Table,
    Unique, Value,
};

/// The table without its indexes, which are statements of their own: [`index_statement`].
impl TryFrom<&Table> for TableCreateStatement {
    type Error = Unsayable;

    fn try_from(table: &Table) -> Result<Self, Unsayable> {
        let mut writer = Writer::default();
        let statement = writer.table(table);
        for index in table.indexes.names() {
            writer.unsayable.push(format!("index {index} is a statement of its own, see `index_statement`"));
        }
        writer.finish(table, statement)
    }
}

/// The statement that creates an index of a table.
///
/// ```
/// use schema_core::statement::index_statement;
/// use schema_core::{Index, Table};
/// use sea_query::SqliteQueryBuilder;
/// let users = Table::new("users");
/// let by_email = index_statement(&users, &Index::on(["email"]).named("by_email"))?;
/// assert_eq!(by_email.to_string(SqliteQueryBuilder), r#"CREATE INDEX "by_email" ON "users" ("email")"#);
/// # Ok::<(), schema_core::statement::Unsayable>(())
/// ```
///
/// # Errors
/// What `sea_query` has no word for, such as collations, the place of NULLs and the options of single engines.
pub fn index_statement(table: &Table, index: &Index) -> Result<IndexCreateStatement, Unsayable> {
    let mut writer = Writer::default();
    let statement = writer.index(table, index);
    writer.finish(table, statement)
}

#[derive(Default)]
struct Writer {
    unsayable: Vec<String>,
}

impl Writer {
    fn finish<T>(self, table: &Table, statement: T) -> Result<T, Unsayable> {
        if self.unsayable.is_empty() {
            return Ok(statement);
        }
        Err(Unsayable { table: table.name.to_string(), parts: self.unsayable })
    }

    /// Notes what cannot be said, if it is there.
    fn refuse(&mut self, is_there: bool, what: impl FnOnce() -> String) {
        if is_there {
            self.unsayable.push(what());
        }
    }

    fn table(&mut self, table: &Table) -> TableCreateStatement {
        let Table {
            name,
            columns,
            primary_key,
            uniques,
            checks,
            foreign_keys,
            exclusions,
            indexes: _,
            options,
            renamed_from: _,
            spelling: _,
        } = table;
        let mut statement = TableCreateStatement::new();
        statement.table(reference(name));
        if let Some(comment) = &options.comment {
            statement.comment(comment);
        }
        let MySqlTable { engine, charset, collation, .. } = &options.mysql;
        if let Some(engine) = engine {
            statement.engine(engine.to_string());
        }
        if let Some(charset) = charset {
            statement.character_set(charset.to_string());
        }
        if let Some(collation) = collation {
            statement.collate(collation.to_string());
        }
        let said = MySqlTable {
            engine: engine.clone(),
            charset: charset.clone(),
            collation: collation.clone(),
            ..MySqlTable::default()
        };
        self.refuse(options.mysql != said, || "its options in MySQL".to_owned());
        self.refuse(options.postgres != PostgresTable::default(), || "its options in PostgreSQL".to_owned());
        self.refuse(options.sqlite != SqliteTable::default(), || "its options in SQLite".to_owned());
        // A key over one column stands beside it, as SQLite's numbered keys must.
        let own_key = primary_key.as_ref().and_then(sole_column);
        for column in columns {
            let mut definition = self.column(column);
            if own_key.is_some_and(|key| *key == column.name) {
                definition.primary_key();
            }
            statement.col(definition);
        }
        if let Some(key) = primary_key.as_ref().filter(|_| own_key.is_none()) {
            statement.primary_key(&mut self.primary_key(key));
        }
        for unique in uniques {
            statement.index(&mut self.unique(unique));
        }
        for check in checks {
            self.check(&mut statement, check);
        }
        for foreign_key in foreign_keys {
            statement.foreign_key(&mut self.foreign_key(name, foreign_key));
        }
        for exclusion in exclusions.names() {
            self.unsayable.push(format!("exclusion constraint {exclusion}"));
        }
        statement
    }

    fn column(&mut self, column: &Column) -> ColumnDef {
        let Column {
            name,
            ty,
            native,
            nullable,
            default,
            generated,
            identity,
            collation,
            comment,
            renamed_from: _,
            postgres,
            mysql,
            sqlite,
        } = column;
        let alias = Alias::new(name.as_str());
        let mut definition = if let Some(ty) = column_type(ty, native) {
            ColumnDef::new_with_type(alias, ty)
        } else {
            self.unsayable.push(format!("column {name}: its type"));
            ColumnDef::new(alias)
        };
        if !nullable {
            definition.not_null();
        }
        match default {
            Some(DefaultValue::Literal(value)) => {
                definition.default(literal(value));
            }
            Some(DefaultValue::Expression(sql)) => {
                definition.default(expression(sql.as_str()));
            }
            None => {}
        }
        if let Some(generated) = generated {
            let stored = generated.kind == GeneratedKind::Stored;
            definition.generated(Expr::cust(generated.expression.to_string()), stored);
        }
        if let Some(Identity { always, sequence, monotonic: _ }) = identity {
            self.refuse(*always || *sequence != SequenceOptions::default(), || {
                format!("column {name}: how it is numbered")
            });
            definition.auto_increment();
        }
        if let Some(comment) = comment {
            definition.comment(comment);
        }
        self.refuse(collation.is_some(), || format!("column {name}: its collation"));
        let own = *postgres != PostgresColumn::default()
            || *mysql != MySqlColumn::default()
            || *sqlite != SqliteColumn::default();
        self.refuse(own, || format!("column {name}: what single engines alone have"));
        definition
    }

    fn primary_key(&mut self, key: &PrimaryKey) -> IndexCreateStatement {
        let mut plain = PrimaryKey::new(key.columns.clone());
        plain.name.clone_from(&key.name);
        self.refuse(*key != plain, || "more of its primary key than its columns".to_owned());
        let mut statement = IndexCreateStatement::new();
        if let Some(name) = &key.name {
            statement.name(name.to_string());
        }
        self.parts(&mut statement, &key.columns, "its primary key");
        statement
    }

    fn unique(&mut self, unique: &Unique) -> IndexCreateStatement {
        let mut plain = Unique::new(unique.columns.clone());
        plain.name.clone_from(&unique.name);
        plain.nulls_not_distinct = unique.nulls_not_distinct;
        plain.renamed_from.clone_from(&unique.renamed_from);
        let what = "a unique constraint";
        self.refuse(*unique != plain, || format!("more of {what} than its columns"));
        let mut statement = IndexCreateStatement::new();
        statement.unique();
        if let Some(name) = &unique.name {
            statement.name(name.to_string());
        }
        if unique.nulls_not_distinct {
            statement.nulls_not_distinct();
        }
        self.parts(&mut statement, &unique.columns, what);
        statement
    }

    fn index(&mut self, table: &Table, index: &Index) -> IndexCreateStatement {
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
        let mut statement = IndexCreateStatement::new();
        statement.table(reference(&table.name));
        match name {
            Some(name) => {
                statement.name(name.to_string());
            }
            None => self.unsayable.push("an index without a name".to_owned()),
        }
        if *unique {
            statement.unique();
        }
        if *nulls_not_distinct {
            statement.nulls_not_distinct();
        }
        if *method == IndexMethod::Spatial {
            self.unsayable.push("a spatial index".to_owned());
        } else if let Some(method) = index_type(method) {
            statement.index_type(method);
        }
        if let Some(predicate) = predicate {
            statement.and_where(Expr::cust(predicate.to_string()));
        }
        for column in include {
            statement.include(Alias::new(column.as_str()));
        }
        let own = *postgres != PostgresIndex::default() || *mysql != MySqlIndex::default();
        self.refuse(own, || "what single engines alone have of an index".to_owned());
        self.refuse(comment.is_some(), || "the comment of an index".to_owned());
        self.parts(&mut statement, parts, "an index");
        statement
    }

    fn parts(&mut self, statement: &mut IndexCreateStatement, parts: &[KeyPart], of: &str) {
        for part in parts {
            let KeyPart { value, order, nulls, collation, operator_class, prefix } = part;
            self.refuse(nulls.is_some(), || format!("the place of NULLs in {of}"));
            self.refuse(collation.is_some(), || format!("a collation in {of}"));
            let is_descending = *order == SortOrder::Descending;
            let column = match (value, prefix) {
                (KeyExpression::Column(name), prefix) => {
                    let name = Alias::new(name.as_str());
                    match (prefix, is_descending) {
                        (None, false) => IndexColumn::from(name),
                        (None, true) => IndexColumn::from((name, IndexOrder::Desc)),
                        (Some(length), false) => IndexColumn::from((name, *length)),
                        (Some(length), true) => IndexColumn::from((name, *length, IndexOrder::Desc)),
                    }
                }
                (KeyExpression::Expression(sql), _) => {
                    let expression = Expr::cust(sql.to_string());
                    if is_descending {
                        IndexColumn::from((expression, IndexOrder::Desc))
                    } else {
                        IndexColumn::from(expression)
                    }
                }
            };
            statement.col(match operator_class {
                Some(class) => column.with_operator_class(Alias::new(class.to_string())),
                None => column,
            });
        }
    }

    fn check(&mut self, statement: &mut TableCreateStatement, check: &Check) {
        let Check {
            name,
            expression,
            mysql,
            column: _,
            no_inherit,
            validated,
            enforced,
            comment,
            renamed_from: _,
        } = check;
        let extra = *no_inherit || !validated || !enforced || comment.is_some() || mysql.is_some();
        self.refuse(extra, || format!("more of the check ({expression}) than its condition"));
        let expression = Expr::cust(expression.to_string());
        match name {
            Some(name) => statement.check((Alias::new(name.as_str()).into_iden(), expression)),
            None => statement.check(expression),
        };
    }

    fn foreign_key(&mut self, table: &QualifiedName, foreign_key: &ForeignKey) -> ForeignKeyCreateStatement {
        let ForeignKey { name, columns, references, referenced_columns, on_update, on_delete, .. } =
            foreign_key;
        let mut plain = ForeignKey::new(columns, references, referenced_columns);
        plain.name.clone_from(name);
        (plain.on_update, plain.on_delete) = (*on_update, *on_delete);
        plain.renamed_from.clone_from(&foreign_key.renamed_from);
        self.refuse(*foreign_key != plain, || {
            format!("more of the foreign key to {references} than its columns and actions")
        });
        let mut statement = ForeignKeyCreateStatement::new();
        if let Some(name) = name {
            statement.name(name.to_string());
        }
        statement.from_tbl(reference(table)).to_tbl(reference(references));
        for column in columns {
            statement.from_col(Alias::new(column.as_str()));
        }
        for column in referenced_columns {
            statement.to_col(Alias::new(column.as_str()));
        }
        if let Some(action) = foreign_key_action(*on_delete) {
            statement.on_delete(action);
        }
        if let Some(action) = foreign_key_action(*on_update) {
            statement.on_update(action);
        }
        statement
    }
}

fn reference(name: &QualifiedName) -> sea_query::TableName {
    let own = Alias::new(name.name.as_str());
    match &name.schema {
        Some(schema) => (Alias::new(schema.as_str()), own).into(),
        None => own.into(),
    }
}

/// The column of a key that says nothing but one column.
fn sole_column(key: &PrimaryKey) -> Option<&crate::Name> {
    let name = key.columns.first()?.column_name()?;
    (*key == PrimaryKey::new([name.clone()])).then_some(name)
}

/// SQL, with the words that stand for a moment as such: around anything else, parentheses are put.
fn expression(sql: &str) -> Expr {
    match sql.to_ascii_uppercase().as_str() {
        "CURRENT_TIMESTAMP" => Expr::current_timestamp(),
        "CURRENT_DATE" => Expr::current_date(),
        "CURRENT_TIME" => Expr::current_time(),
        _ => Expr::cust(sql.to_owned()),
    }
}

fn literal(value: &Value) -> Expr {
    match value {
        Value::Bool(value) => Expr::val(*value),
        Value::Int(value) => Expr::val(*value),
        Value::Number(digits) => match digits.parse::<f64>() {
            Ok(number) if number.to_string() == *digits => Expr::val(number),
            Ok(_) | Err(_) => Expr::cust(digits.clone()),
        },
        Value::Text(text) => Expr::val(text.clone()),
        Value::Bytes(bytes) => Expr::val(bytes.clone()),
    }
}

/// How the method is said, where it need be.
fn index_type(method: &IndexMethod) -> Option<IndexType> {
    let custom = |name: &str| Some(IndexType::Custom(Alias::new(name).into_iden()));
    match method {
        IndexMethod::BTree | IndexMethod::Spatial => None,
        IndexMethod::Hash => Some(IndexType::Hash),
        IndexMethod::FullText => Some(IndexType::FullText),
        IndexMethod::Gin => custom("gin"),
        IndexMethod::Gist => custom("gist"),
        IndexMethod::SpGist => custom("spgist"),
        IndexMethod::Brin => custom("brin"),
        IndexMethod::Extension(name) => custom(name.as_str()),
    }
}

fn foreign_key_action(action: ForeignKeyAction) -> Option<sea_query::ForeignKeyAction> {
    match action {
        // What holds where nothing is said.
        ForeignKeyAction::NoAction => None,
        ForeignKeyAction::Restrict => Some(sea_query::ForeignKeyAction::Restrict),
        ForeignKeyAction::Cascade => Some(sea_query::ForeignKeyAction::Cascade),
        ForeignKeyAction::SetNull => Some(sea_query::ForeignKeyAction::SetNull),
        ForeignKeyAction::SetDefault => Some(sea_query::ForeignKeyAction::SetDefault),
    }
}
