//! From what is declared to what these servers have: portable types, names, keys.

use std::borrow::Cow;

use schema_core::{
    Column, Database, DefaultValue, EnumType, ForeignKeyAction, GeneratedKind, Identity, Index, IndexMethod,
    Name, NativeTypes, Object, ObjectId, ObjectKind, Problem, QualifiedName, Sql, Table, Type, Unique, Value,
    naming,
};

use crate::flavour::Capabilities;
use crate::inspect::unprinted_action;
use crate::{Flavour, MySqlDialect, TableNames, quote};

/// The longest name, in characters. Names that are made here are kept to as many bytes.
pub(crate) const NAME_LIMIT: usize = 64;

/// What portable text is where a key is over it whole, which the servers refuse for text without a limit. Three such
/// columns fit in InnoDB's longest key.
const KEY_TEXT: Type = Type::Varchar(255);

/// And what portable bytes are there.
const KEY_BYTES: &str = "varbinary(255)";

/// The declared schema in the servers' own terms, and what they cannot hold of it.
pub(crate) fn lower(declared: &Database, dialect: MySqlDialect) -> (Database, Vec<Problem>) {
    let (flavour, can) = (dialect.flavour, dialect.capabilities());
    let mut lowering = Lowering { declared, flavour, can, tables: dialect.tables, problems: Vec::new() };
    for id in declared.duplicates() {
        lowering.problem(id, "declared more than once");
    }
    let objects = declared.objects().filter_map(|(id, object)| lowering.object(id, object)).collect();
    (objects, lowering.problems)
}

struct Lowering<'a> {
    declared: &'a Database,
    flavour: Flavour,
    can: Capabilities,
    tables: TableNames,
    problems: Vec<Problem>,
}

impl Lowering<'_> {
    fn problem(&mut self, object: ObjectId, message: impl Into<String>) {
        self.problems.push(Problem { object, message: message.into() });
    }

    fn object(&mut self, id: &ObjectId, object: &Object) -> Option<Object> {
        self.name(id, &id.name);
        if matches!(id.kind, ObjectKind::Table | ObjectKind::View | ObjectKind::Sequence) {
            self.kept(id, &id.name);
        }
        match object {
            // Inline in the columns that use them.
            Object::Enum(_) => None,
            Object::Table(table) => Some(self.table(table).into()),
            Object::View(view) => {
                if view.comment.is_some() {
                    self.problem(id.clone(), "views have no comments here");
                }
                Some(Object::View(view.clone()))
            }
            Object::Sequence(_) if !self.can.sequences() => {
                self.problem(id.clone(), "MySQL has no sequences; use an AUTO_INCREMENT column");
                None
            }
            Object::Schema(_)
            | Object::Sequence(_)
            | Object::Routine(_)
            | Object::Trigger(_)
            | Object::Sql(_)
            | Object::Privileges(_) => Some(object.clone()),
            Object::Extension(_)
            | Object::Domain(_)
            | Object::Composite(_)
            | Object::Range(_)
            | Object::MaterializedView(_)
            | Object::Policy(_) => {
                self.problem(id.clone(), format!("{} has nothing like a {}", self.flavour.engine(), id.kind));
                None
            }
        }
    }

    fn name(&mut self, id: &ObjectId, name: &Name) {
        let text = name.as_str();
        let message = if text.is_empty() {
            "the name is empty"
        } else if text.chars().count() > NAME_LIMIT {
            "the name is longer than 64 characters"
        } else if text.contains('\0') {
            "the name holds a NUL"
        } else if text.ends_with(|c: char| c.is_ascii_whitespace() || c == '\u{b}') {
            "the name ends with a space or a line break"
        } else if text.chars().any(|c| c > '\u{ffff}') {
            "the name holds a character beyond the basic plane"
        } else {
            return;
        };
        self.problem(id.clone(), message);
    }

    /// Sees that a relation is declared under the name that it will have. Scripts need not: the server itself reads
    /// those.
    fn kept(&mut self, id: &ObjectId, name: &Name) {
        let kept = self.tables.kept(name.clone());
        if kept != *name {
            let message = format!(
                "this server keeps names of tables in lower case (lower_case_table_names = 1); declare {name} as {kept}"
            );
            self.problem(id.clone(), message);
        }
    }

    fn table(&mut self, declared: &Table) -> Table {
        let id = declared.id();
        let mut table = Table::new(declared.name.clone());
        table.options = declared.options.clone();
        if declared.options.comment.as_deref().is_some_and(is_untold) {
            self.problem(id.clone(), UNTOLD);
        }
        if declared.columns.is_empty() {
            self.problem(id.clone(), "a table needs at least one column");
        }
        table.primary_key.clone_from(&declared.primary_key);
        if let Some(key) = &mut table.primary_key {
            // The server calls every primary key PRIMARY.
            key.name = None;
        }
        for index in declared.indexes.iter() {
            let mut index = index.clone();
            index.name = Some(naming::index(&table.name, &index, NAME_LIMIT));
            self.index(&id, &index);
            table.indexes.insert(index);
        }
        for unique in declared.uniques.iter() {
            let index = self.unique(&table.name, unique);
            table.indexes.insert(index);
        }
        for key in declared.foreign_keys.iter() {
            let mut key = key.clone();
            let columns = key.columns.iter().map(Name::as_str);
            let name =
                key.name.take().unwrap_or_else(|| naming::derived(&table.name, columns, "fkey", NAME_LIMIT));
            let key_id = id.part(ObjectKind::ForeignKey, &name);
            self.name(&key_id, &name);
            self.kept(&key_id, &key.references.name);
            key.name = Some(name);
            if key.referenced_columns.is_empty() {
                let primary = self.declared.table(&key.references).and_then(|t| t.primary_key.as_ref());
                let columns =
                    primary.map(|p| p.columns.iter().filter_map(|c| c.column_name().cloned()).collect());
                key.referenced_columns = columns.unwrap_or_default();
            }
            if key.on_delete == ForeignKeyAction::SetDefault || key.on_update == ForeignKeyAction::SetDefault
            {
                self.problem(key_id, "InnoDB has no SET DEFAULT");
            } else if key.referenced_columns.is_empty() {
                self.problem(key_id, format!("names no columns, and {} has no primary key", key.references));
            }
            // To both servers NO ACTION and RESTRICT are the same, and one of them they do not print.
            for action in [&mut key.on_delete, &mut key.on_update] {
                if *action == ForeignKeyAction::NoAction {
                    *action = unprinted_action(self.flavour);
                }
            }
            table.foreign_keys.insert(key);
        }
        for check in declared.checks.iter() {
            let mut check = check.clone();
            if let Some(name) = &check.name {
                self.name(&id.part(ObjectKind::Check, name), name);
            }
            if let Some(own) = check.mysql.take() {
                check.expression = own;
            }
            if check.column.is_none() && check.name.is_none() {
                let at = (table.checks.len() + 1).to_string();
                check.name = Some(naming::derived(&table.name, [at.as_str()], "check", NAME_LIMIT));
            }
            if !check.enforced && !self.can.unenforced_checks() {
                self.problem(
                    id.part(ObjectKind::Check, schema_core::Part::key(&check)),
                    "checks are always enforced here",
                );
            }
            table.checks.insert(check);
        }
        for exclusion in declared.exclusions.names() {
            self.problem(
                id.part(ObjectKind::Exclusion, exclusion),
                "only PostgreSQL has exclusion constraints",
            );
        }
        for column in declared.columns.iter() {
            let column = self.column(&id, &table, column);
            let start = column.identity.as_ref().and_then(|identity| identity.sequence.start);
            if let Some(start) = start.and_then(|start| u64::try_from(start).ok()) {
                table.options.mysql.auto_increment = start.into();
            }
            table.columns.insert(column);
        }
        table
    }

    fn unique(&mut self, table: &QualifiedName, unique: &Unique) -> Index {
        let mut index = Index::on(unique.columns.iter().cloned()).unique();
        index.name.clone_from(&unique.name);
        index.comment.clone_from(&unique.comment);
        index.name = Some(naming::index(table, &index, NAME_LIMIT));
        index.nulls_not_distinct = unique.nulls_not_distinct;
        index.include.clone_from(&unique.include);
        self.index(&ObjectId::table(table), &index);
        index
    }

    fn index(&mut self, table: &ObjectId, index: &Index) {
        let name = index.name.clone().unwrap_or_else(|| Name::new(""));
        let id = table.part(ObjectKind::Index, &name);
        self.name(&id, &name);
        if index.predicate.is_some() {
            self.problem(
                id.clone(),
                "there are no partial indexes here; index a generated column that is NULL for the other rows",
            );
        }
        if !index.include.is_empty() {
            self.problem(id.clone(), "indexes carry no further columns here; make them part of the key");
        }
        if index.nulls_not_distinct {
            self.problem(id.clone(), "NULLs are always distinct here");
        }
        let by_expression = index.parts.iter().any(|part| part.column_name().is_none());
        if by_expression && !self.can.functional_indexes() {
            self.problem(id.clone(), "MariaDB indexes no expressions; index a generated column");
        }
        match index.method {
            IndexMethod::BTree | IndexMethod::Hash | IndexMethod::FullText | IndexMethod::Spatial => {}
            IndexMethod::Extension(ref method) if method == "VECTOR" => {}
            IndexMethod::Gin
            | IndexMethod::Gist
            | IndexMethod::SpGist
            | IndexMethod::Brin
            | IndexMethod::Extension(_) => {
                self.problem(id, "only PostgreSQL has this index method");
            }
        }
    }

    fn column(&mut self, id: &ObjectId, table: &Table, declared: &Column) -> Column {
        let id = id.part(ObjectKind::Column, &declared.name);
        self.name(&id, &declared.name);
        let mut column = declared.clone();
        column.renamed_from = None;
        column.native = NativeTypes::default();
        let mut ty = declared.type_for(self.flavour.engine());
        if matches!(*ty, Type::Text | Type::Blob) && in_a_key(table, &declared.name) {
            ty = Cow::Owned(if *ty == Type::Text { KEY_TEXT } else { Type::native(KEY_BYTES) });
        }
        if matches!(*ty, Type::Timestamp | Type::TimestampTz) {
            let default = match &mut column.default {
                Some(DefaultValue::Expression(sql)) => Some(sql),
                Some(DefaultValue::Literal(_)) | None => None,
            };
            default.into_iter().chain(&mut column.mysql.on_update).for_each(to_the_microsecond);
        }
        let literal = match &declared.default {
            Some(DefaultValue::Literal(Value::Text(text))) => text.as_str(),
            Some(DefaultValue::Literal(_) | DefaultValue::Expression(_)) | None => "",
        };
        let values = match ty.named().map(|name| self.declared.get(&ObjectId::new(ObjectKind::Enum, name))) {
            Some(Some(Object::Enum(declared))) => declared.values.as_slice(),
            Some(_) | None => &[],
        };
        if values.iter().any(|value| value.ends_with(' ')) {
            self.problem(id.clone(), "the servers cut spaces at the end of an enumeration's values");
        }
        let values = values.concat();
        let told = [literal, declared.comment.as_deref().unwrap_or_default(), &values];
        // MySQL shows a default as it is.
        let told = if self.flavour == Flavour::MariaDb { &told[..] } else { &told[1..] };
        if told.iter().any(|text| is_untold(text)) {
            self.problem(id.clone(), UNTOLD);
        }
        match self.ty(&ty) {
            Ok(ty) => column.ty = Type::Native(Sql::new(ty)),
            Err(reason) => self.problem(id.clone(), reason),
        }
        if let Some(identity) = &declared.identity {
            if identity.always {
                self.problem(id.clone(), "AUTO_INCREMENT columns always take a given value");
            }
            column.identity = Some(Identity { monotonic: false, ..Identity::default() });
            column.identity.iter_mut().for_each(|own| own.sequence.start = identity.sequence.start);
        }
        if self.flavour == Flavour::MariaDb && column.generated.is_some() {
            // MariaDB has no NOT NULL for generated columns.
            column.nullable = true;
        }
        if column.generated.as_ref().is_some_and(|g| g.kind == GeneratedKind::Virtual)
            && column.default.is_some()
        {
            self.problem(id, "a generated column has no default");
        }
        column
    }

    /// The server's type for a portable one.
    fn ty(&self, ty: &Type) -> Result<String, String> {
        let none = |what: &str| Err(format!("{} has no type for {what}", self.flavour.engine()));
        Ok(match ty {
            Type::Native(sql) => sql.to_string(),
            Type::Bool => "tinyint(1)".to_owned(),
            Type::TinyInt => "tinyint".to_owned(),
            Type::SmallInt => "smallint".to_owned(),
            Type::Integer => "int".to_owned(),
            Type::BigInt => "bigint".to_owned(),
            Type::Unsigned(8) => "tinyint unsigned".to_owned(),
            Type::Unsigned(16) => "smallint unsigned".to_owned(),
            Type::Unsigned(24) => "mediumint unsigned".to_owned(),
            Type::Unsigned(32) => "int unsigned".to_owned(),
            Type::Unsigned(64) => "bigint unsigned".to_owned(),
            Type::Unsigned(bits) => return none(&format!("unsigned numbers of {bits} bits")),
            Type::Real => "float".to_owned(),
            Type::Double => "double".to_owned(),
            Type::Decimal { precision, scale } => format!("decimal({precision},{scale})"),
            Type::Char(length) => format!("char({length})"),
            Type::Varchar(length) => format!("varchar({length})"),
            Type::Text => "longtext".to_owned(),
            Type::Binary(length) => format!("binary({length})"),
            Type::Blob => "longblob".to_owned(),
            Type::Date => "date".to_owned(),
            Type::Time => "time(6)".to_owned(),
            Type::Timestamp => "datetime(6)".to_owned(),
            Type::TimestampTz => "timestamp(6)".to_owned(),
            // What sqlx's Uuid reads and writes on both servers.
            Type::Uuid => "binary(16)".to_owned(),
            Type::Json => "json".to_owned(),
            Type::Inet if self.can.inet_type() => "inet6".to_owned(),
            Type::VarBit(length) if *length <= 64 => format!("bit({length})"),
            Type::Enum(name) => self.values(name)?,
            Type::Interval => return none("intervals; use a number of seconds"),
            Type::Inet => return none("IP addresses; use varbinary(16)"),
            Type::Cidr => return none("networks"),
            Type::MacAddr => return none("hardware addresses; use binary(6)"),
            Type::VarBit(_) => return none("more than 64 bits"),
            Type::Array(_) => return none("arrays; use json or a table"),
            Type::Named(name) => return Err(format!("there are no user-defined types here; {name} is one")),
        })
    }

    fn values(&self, name: &QualifiedName) -> Result<String, String> {
        match self.declared.get(&ObjectId::new(ObjectKind::Enum, name)) {
            Some(Object::Enum(declared)) => Ok(enum_type(declared)),
            Some(_) | None => Err(format!("the enum {name} is not declared")),
        }
    }
}

/// What the servers hold and show as question marks in their catalogs, so that it is lost the next time the table
/// changes.
pub(crate) const UNTOLD: &str = "MySQL and MariaDB show characters beyond the basic plane as question marks, in comments, values \
    of enumerations and (MariaDB) defaults; leave them out";

pub(crate) fn is_untold(text: &str) -> bool {
    text.chars().any(|c| c > '\u{ffff}')
}

fn enum_type(declared: &EnumType) -> String {
    let values: Vec<String> = declared.values.iter().map(|value| quote::string(value)).collect();
    format!("enum({})", values.join(","))
}

/// Gives the moment of now as many digits as portable moments have: with fewer it is no default of theirs.
fn to_the_microsecond(sql: &mut Sql) {
    const NOW: [&str; 4] = ["CURRENT_TIMESTAMP", "NOW", "LOCALTIME", "LOCALTIMESTAMP"];
    let text = sql.as_str().trim();
    let name = text.strip_suffix("()").unwrap_or(text).trim_end();
    // `NOW` alone is a name.
    if NOW.iter().any(|now| name.eq_ignore_ascii_case(now)) && !text.eq_ignore_ascii_case("NOW") {
        *sql = Sql::new("CURRENT_TIMESTAMP(6)");
    }
}

/// Whether a key that sorts or hashes is over a column as a whole.
fn in_a_key(table: &Table, column: &Name) -> bool {
    let sorts = |index: &&Index| matches!(index.method, IndexMethod::BTree | IndexMethod::Hash);
    let indexed = table.indexes.iter().filter(sorts).flat_map(|index| &index.parts);
    let primary = table.primary_key.iter().flat_map(|key| &key.columns);
    indexed.chain(primary).any(|part| part.prefix.is_none() && part.column_name() == Some(column))
        || table.foreign_keys.iter().any(|key| key.columns.contains(column))
}
