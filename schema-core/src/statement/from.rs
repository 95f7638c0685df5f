//! From `sea_query`'s statement.

use sea_query::{
    ColumnDef, ColumnType, Expr, IndexCreateStatement, MysqlQueryBuilder, PostgresQueryBuilder, QueryBuilder,
    TableBuilder, TableCreateStatement, TableForeignKey, TableRef,
};

use super::Unsayable;
use super::hidden::hidden;
use super::types::{natives, portable};
use crate::{
    Check, Column, Database, EnumType, ForeignKey, ForeignKeyAction, Index, Name, PrimaryKey, QualifiedName,
    Sql, Table, Type, Unique, Value,
};

impl TryFrom<&TableCreateStatement> for Table {
    type Error = Unsayable;

    fn try_from(statement: &TableCreateStatement) -> Result<Self, Unsayable> {
        let mut reader = Reader::default();
        let table = reader.table(statement);
        for (column, _) in &reader.enums {
            reader
                .unsayable
                .push(format!("the enum type of column {column} is beside the table: make a Database"));
        }
        reader.finish(table).map(|(table, _)| table)
    }
}

/// The table with the enum types of its columns.
impl TryFrom<&TableCreateStatement> for Database {
    type Error = Unsayable;

    fn try_from(statement: &TableCreateStatement) -> Result<Self, Unsayable> {
        let mut reader = Reader::default();
        let table = reader.table(statement);
        let (table, enums) = reader.finish(table)?;
        Ok(enums.into_iter().fold(Self::new().with(table), Self::with))
    }
}

#[derive(Default)]
struct Reader {
    unsayable: Vec<String>,
    enums: Vec<(Name, EnumType)>,
}

impl Reader {
    fn finish(self, table: Table) -> Result<(Table, Vec<EnumType>), Unsayable> {
        if self.unsayable.is_empty() {
            return Ok((table, self.enums.into_iter().map(|(_, ty)| ty).collect()));
        }
        Err(Unsayable { table: table.name.to_string(), parts: self.unsayable })
    }

    fn table(&mut self, statement: &TableCreateStatement) -> Table {
        let name = statement.get_table_name().and_then(|name| self.name(name));
        let mut table = Table::new(name.unwrap_or_else(|| {
            self.unsayable.push("it has no name".to_owned());
            QualifiedName::from("")
        }));
        table.options.comment = statement.get_comment().cloned();
        self.unsayable.extend(hidden(statement));
        for column in statement.get_columns() {
            self.column(&mut table, column);
        }
        for index in statement.get_indexes() {
            key(&mut table, index);
        }
        for foreign_key in statement.get_foreign_key_create_stmts() {
            self.foreign_key(&mut table, foreign_key.get_foreign_key());
        }
        table
    }

    fn name(&mut self, reference: &TableRef) -> Option<QualifiedName> {
        let TableRef::Table(sea_query::TableName(schema, name), None) = reference else {
            self.unsayable.push(format!("{reference:?} is no plain table"));
            return None;
        };
        let name = Name::new(name.to_string());
        match schema {
            None => Some(QualifiedName { schema: None, name }),
            Some(sea_query::SchemaName(None, schema)) => {
                Some(QualifiedName { schema: Some(Name::new(schema.to_string())), name })
            }
            Some(sea_query::SchemaName(Some(_), _)) => {
                self.unsayable.push(format!("{name} is in another database"));
                None
            }
        }
    }

    fn column(&mut self, table: &mut Table, definition: &ColumnDef) {
        let name = Name::new(definition.get_column_name());
        let spec = definition.get_column_spec();
        let Some((ty, ty_natives)) = self.column_type(&name, definition.get_column_type()) else { return };
        let mut column = Column::new(name.clone(), ty);
        column.native = ty_natives;
        column.nullable = spec.nullable != Some(false);
        column.comment.clone_from(&spec.comment);
        if spec.auto_increment {
            column = column.identity();
            if let Some(identity) = &mut column.identity {
                identity.monotonic = true;
            }
        }
        if let Some(default) = &spec.default {
            column = match literal(default) {
                Some(value) => column.default(value),
                None => match self.expression(&name, "its default", default) {
                    Some(sql) => column.default_sql(sql),
                    None => column,
                },
            };
        }
        if let Some(generated) = &spec.generated
            && let Some(sql) = self.expression(&name, "its generated value", &generated.expr)
        {
            column =
                if generated.stored { column.generated_stored(sql) } else { column.generated_virtual(sql) };
        }
        if let Some(extra) = &spec.extra {
            self.unsayable.push(format!("column {name}: what `{extra}` means; say it of the column"));
        }
        if spec.using.is_some() {
            self.unsayable.push(format!("column {name}: USING belongs to a change of its type"));
        }
        table.columns.insert(column);
        if spec.primary_key {
            table.primary_key = Some(PrimaryKey::new([name.clone()]));
        }
        if spec.unique {
            table.uniques.insert(Unique::new([name.clone()]));
        }
        if let Some(check) = &spec.check {
            table.checks.insert(read_check(check));
        }
    }

    fn column_type(&mut self, column: &Name, ty: Option<&ColumnType>) -> Option<(Type, crate::NativeTypes)> {
        let Some(ty) = ty else {
            self.unsayable.push(format!("column {column} has no type"));
            return None;
        };
        if let ColumnType::Enum { name, variants } = ty {
            let name = QualifiedName { schema: None, name: Name::new(name.to_string()) };
            let values = variants.iter().map(ToString::to_string);
            self.enums.push((column.clone(), EnumType::new(name.clone(), values)));
            return Some((Type::Enum(name), crate::NativeTypes::default()));
        }
        let Some(portable) = portable(ty) else {
            self.unsayable.push(format!("column {column}: its type {ty:?}"));
            return None;
        };
        Some((portable, natives(ty)))
    }

    /// An expression that every engine writes alike.
    fn expression(&mut self, column: &Name, what: &str, expression: &Expr) -> Option<Sql> {
        let mut sql = String::new();
        PostgresQueryBuilder.prepare_expr(expression, &mut sql);
        let mut mysql = String::new();
        if !is_postgres_alone(expression) {
            MysqlQueryBuilder.prepare_expr(expression, &mut mysql);
        }
        if mysql == sql {
            return Some(sql.into());
        }
        self.unsayable.push(format!(
            "column {column}: {what}, which engines write differently, {sql}: say it as `Expr::cust(\"…\")`"
        ));
        None
    }

    fn foreign_key(&mut self, table: &mut Table, read: &TableForeignKey) {
        let Some(references) = read.get_ref_table().and_then(|name| self.name(name)) else {
            self.unsayable.push("a foreign key that references nothing".to_owned());
            return;
        };
        let mut foreign_key = ForeignKey::new(read.get_columns(), references, read.get_ref_columns());
        foreign_key.name = read.get_name().map(Name::from);
        for (action, set) in [
            (read.get_on_delete(), &mut foreign_key.on_delete),
            (read.get_on_update(), &mut foreign_key.on_update),
        ] {
            let Some(action) = action else { continue };
            match foreign_key_action(action) {
                Some(action) => *set = action,
                None => self.unsayable.push(format!("the action {action:?} of a foreign key")),
            }
        }
        table.foreign_keys.insert(foreign_key);
    }
}

fn key(table: &mut Table, index: &IndexCreateStatement) {
    let spec = index.get_index_spec();
    let name = spec.get_name().map(Name::from);
    let columns = spec.get_column_names().into_iter().map(Name::new);
    if index.is_primary_key() {
        let mut key = PrimaryKey::new(columns);
        key.name = name;
        table.primary_key = Some(key);
    } else if index.is_unique_key() {
        let mut unique = Unique::new(columns);
        unique.name = name;
        unique.nulls_not_distinct = index.is_nulls_not_distinct();
        table.uniques.insert(unique);
    } else {
        let mut index = Index::on(columns);
        index.name = name;
        table.indexes.insert(index);
    }
}

/// A check, of which its SQL alone is to be had: `CONSTRAINT "name" CHECK (…)`.
fn read_check(check: &sea_query::Check) -> Check {
    let (mut sql, mut mysql) = (String::new(), String::new());
    PostgresQueryBuilder.prepare_check_constraint(check, &mut sql);
    if !is_postgres_alone(check) {
        MysqlQueryBuilder.prepare_check_constraint(check, &mut mysql);
    }
    let (name, expression) = split_check(&sql);
    let mut read = Check::new(expression);
    read.name = name.map(Name::new);
    read.mysql =
        Some(split_check(&mysql).1).filter(|own| !own.is_empty() && *own != expression).map(Sql::from);
    read
}

fn split_check(sql: &str) -> (Option<String>, &str) {
    let (name, rest) = match sql.strip_prefix("CONSTRAINT ") {
        Some(rest) => {
            let quote = rest.chars().next().unwrap_or('"');
            let end = rest.find(&format!("{quote} CHECK (")).unwrap_or_default();
            let name = rest.get(1..end).unwrap_or_default();
            (
                Some(name.replace(&format!("{quote}{quote}"), &quote.to_string())),
                rest.get(end + 2..).unwrap_or_default(),
            )
        }
        None => (None, sql),
    };
    (name, rest.strip_prefix("CHECK (").and_then(|rest| rest.strip_suffix(')')).unwrap_or(rest))
}

/// `sea_query` panics where it is to write PostgreSQL's own functions for another engine, and does not say otherwise
/// that there is one.
fn is_postgres_alone(shown: &impl std::fmt::Debug) -> bool {
    format!("{shown:?}").contains("PgFunction")
}

fn literal(default: &Expr) -> Option<Value> {
    use sea_query::Value as Sea;
    let (Expr::Value(value) | Expr::Constant(value)) = default else { return None };
    match value {
        Sea::Bool(Some(value)) => Some((*value).into()),
        Sea::TinyInt(Some(value)) => Some((*value).into()),
        Sea::SmallInt(Some(value)) => Some((*value).into()),
        Sea::Int(Some(value)) => Some((*value).into()),
        Sea::BigInt(Some(value)) => Some((*value).into()),
        Sea::TinyUnsigned(Some(value)) => Some((*value).into()),
        Sea::SmallUnsigned(Some(value)) => Some((*value).into()),
        Sea::Unsigned(Some(value)) => Some((*value).into()),
        Sea::BigUnsigned(Some(value)) => Some((*value).into()),
        Sea::Float(Some(value)) => Some((*value).into()),
        Sea::Double(Some(value)) => Some((*value).into()),
        Sea::String(Some(text)) => Some(text.as_str().into()),
        Sea::Char(Some(letter)) => Some(letter.to_string().into()),
        Sea::Bytes(Some(bytes)) => Some(Value::Bytes(bytes.clone())),
        // NULL, and the values of other crates, are written as SQL.
        _ => None,
    }
}

fn foreign_key_action(action: sea_query::ForeignKeyAction) -> Option<ForeignKeyAction> {
    use sea_query::ForeignKeyAction as Sea;
    match action {
        Sea::NoAction => Some(ForeignKeyAction::NoAction),
        Sea::Restrict => Some(ForeignKeyAction::Restrict),
        Sea::Cascade => Some(ForeignKeyAction::Cascade),
        Sea::SetNull => Some(ForeignKeyAction::SetNull),
        Sea::SetDefault => Some(ForeignKeyAction::SetDefault),
        _ => None,
    }
}
