//! Which name and type everything gets, settled before anything is written.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use schema_core::{
    Column, CompositeType, Database, Domain, Engine, EnumType, Name, Object, QualifiedName, Sequence, Table,
    Type,
};

use super::defaults::Defaults;
use super::names::{Names, escaped, singular};
use super::types::{self, Mapping, mapping};

/// A type of the database that becomes one of Rust's.
#[derive(Clone, Debug)]
pub(super) enum OwnType<'a> {
    Enum(&'a EnumType),
    Domain(&'a Domain),
    Composite(&'a CompositeType),
    /// MySQL: the values of a column.
    Inline(EnumType),
}

/// A Rust type to be written, with its name.
#[derive(Clone, Debug)]
pub(super) struct Declared<'a> {
    pub(super) ident: String,
    pub(super) ty: OwnType<'a>,
}

/// The field of a column.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// Its name, without `r#`.
    pub(super) name: String,
    /// Its type, without `Option`.
    pub(super) mapping: Mapping,
    /// PostgreSQL: the type that makes the column's sequence along with it.
    pub(super) serial: Option<&'static str>,
}

impl Field {
    /// The field as code names it.
    pub(super) fn ident(&self) -> String {
        escaped(&self.name)
    }
}

/// The struct of a table.
#[derive(Clone, Debug)]
pub(super) struct Struct {
    pub(super) ident: String,
    pub(super) fields: HashMap<Name, Field>,
}

/// Everything that is known before the first line is written.
pub(super) struct Scheme<'a> {
    pub(super) engine: Engine,
    pub(super) database: &'a Database,
    pub(super) defaults: &'a Defaults,
    types: Vec<Declared<'a>>,
    by_name: HashMap<QualifiedName, usize>,
    structs: HashMap<QualifiedName, Struct>,
    /// Sequences that come with their columns.
    serial: BTreeSet<QualifiedName>,
    features: RefCell<BTreeSet<&'static str>>,
}

impl<'a> Scheme<'a> {
    pub(super) fn new(engine: Engine, database: &'a Database, defaults: &'a Defaults) -> Self {
        let mut this = Self {
            engine,
            database,
            defaults,
            types: Vec::new(),
            by_name: HashMap::new(),
            structs: HashMap::new(),
            serial: BTreeSet::new(),
            features: RefCell::new(BTreeSet::new()),
        };
        let engine_feature = match engine {
            Engine::Postgres => "postgres",
            Engine::MySql | Engine::MariaDb => "mysql",
            Engine::Sqlite => "sqlite",
        };
        this.features.get_mut().insert(engine_feature);
        let mut names = Names::default();
        // Tables take the plain names; a type of the same name gets its schema before it, or a number behind it.
        let idents: Vec<(&Table, String)> =
            database.tables().map(|table| (table, this.ident(&mut names, &table.name, true))).collect();
        this.own_types(&mut names);
        for (table, ident) in idents {
            let fields = this.fields(table, &ident, &mut names);
            this.structs.insert(table.name.clone(), Struct { ident, fields });
        }
        this
    }

    fn ident(&self, names: &mut Names, name: &QualifiedName, plural: bool) -> String {
        let own = name.name.as_str();
        let schema = self.local(name).schema;
        names.ty(&if plural { singular(own) } else { own.to_owned() }, schema.as_ref().map(Name::as_str))
    }

    /// The types that columns use, whatever they are used through.
    fn own_types(&mut self, names: &mut Names) {
        let mut wanted: Vec<QualifiedName> = self
            .database
            .tables()
            .flat_map(|table| &table.columns)
            .filter_map(|column| column.ty.named().cloned())
            .collect();
        while let Some(name) = wanted.pop() {
            if self.by_name.contains_key(&name) {
                continue;
            }
            let ty = self.database.objects().find_map(|(_, object)| match object {
                Object::Enum(ty) if ty.name == name => Some(OwnType::Enum(ty)),
                Object::Domain(ty) if ty.name == name => Some(OwnType::Domain(ty)),
                Object::Composite(ty) if ty.name == name => Some(OwnType::Composite(ty)),
                _ => None,
            });
            // Ranges, and what extensions define, have no Rust type of their own.
            let Some(ty) = ty else { continue };
            match &ty {
                OwnType::Domain(domain) => wanted.extend(domain.base.named().cloned()),
                OwnType::Composite(composite) => {
                    wanted.extend(composite.attributes.iter().filter_map(|a| a.ty.named().cloned()));
                }
                OwnType::Enum(_) | OwnType::Inline(_) => {}
            }
            let ident = self.ident(names, &name, false);
            self.by_name.insert(name, self.types.len());
            self.types.push(Declared { ident, ty });
        }
        self.types.sort_by(|a, b| a.ident.cmp(&b.ident));
        self.by_name = (0..)
            .zip(&self.types)
            .filter_map(|(at, declared)| match &declared.ty {
                OwnType::Enum(ty) => Some((ty.name.clone(), at)),
                OwnType::Domain(ty) => Some((ty.name.clone(), at)),
                OwnType::Composite(ty) => Some((ty.name.clone(), at)),
                OwnType::Inline(_) => None,
            })
            .collect();
    }

    fn fields(&mut self, table: &Table, ident: &str, names: &mut Names) -> HashMap<Name, Field> {
        let mut own = Names::default();
        let mut fields = HashMap::new();
        for column in &table.columns {
            let name = own.field(column.name.as_str());
            let serial = self.serial_type(table, column);
            let mapping = match inline_values(self.engine, &column.ty) {
                Some(values) => self.inline(names.ty(&format!("{ident}_{name}"), None), values),
                None => self.mapping(&column.ty),
            };
            self.features.get_mut().extend(types::features(&mapping.rust));
            fields.insert(column.name.clone(), Field { name, mapping, serial });
        }
        fields
    }

    fn inline(&mut self, ident: String, values: Vec<String>) -> Mapping {
        let ty = EnumType::new(super::names::Case::Snake.apply(&ident), values);
        self.types.push(Declared { ident: ident.clone(), ty: OwnType::Inline(ty) });
        Mapping { rust: ident, said: None }
    }

    /// The Rust type of a type, and what must be said beside it.
    pub(super) fn mapping(&self, ty: &Type) -> Mapping {
        match ty {
            Type::Native(sql) => mapping(self.engine, sql.as_str()),
            Type::Array(element) => {
                let element = self.mapping(element);
                let said = element.said.map(|said| format!("{said}[]"));
                Mapping { rust: format!("Vec<{}>", element.rust), said }
            }
            Type::Enum(name) | Type::Named(name) => {
                match self.by_name.get(name).and_then(|at| self.types.get(*at)) {
                    Some(declared) => Mapping { rust: declared.ident.clone(), said: None },
                    None => Mapping { rust: "String".to_owned(), said: Some(self.quoted(name)) },
                }
            }
            // What was read from an engine has the engine's own types.
            other => Mapping { rust: "String".to_owned(), said: Some(format!("{other:?}")) },
        }
    }

    /// A name as SQL writes it.
    fn quoted(&self, name: &QualifiedName) -> String {
        let quote = |name: &Name| {
            let text = name.as_str();
            let plain = text.chars().all(|c| c == '_' || c.is_ascii_lowercase() || c.is_ascii_digit())
                && text.starts_with(|c: char| c == '_' || c.is_ascii_lowercase());
            if plain { text.to_owned() } else { format!("\"{}\"", text.replace('"', "\"\"")) }
        };
        let name = self.local(name);
        name.schema.iter().chain([&name.name]).map(quote).collect::<Vec<_>>().join(".")
    }

    /// Types to be written.
    pub(super) fn types(&self) -> &[Declared<'a>] {
        &self.types
    }

    /// The enum behind a Rust type.
    pub(super) fn enum_named(&self, ident: &str) -> Option<&EnumType> {
        self.types.iter().find(|declared| declared.ident == ident).and_then(|declared| match &declared.ty {
            OwnType::Enum(ty) => Some(*ty),
            OwnType::Inline(ty) => Some(ty),
            OwnType::Domain(_) | OwnType::Composite(_) => None,
        })
    }

    /// Whether a type of the database comes in with the structs that use it.
    pub(super) fn comes_with_a_struct(&self, name: &QualifiedName) -> bool {
        self.by_name.contains_key(name)
    }

    /// Whether a sequence comes in with its column.
    pub(super) fn comes_with_a_column(&self, sequence: &QualifiedName) -> bool {
        self.serial.contains(sequence)
    }

    /// The struct of a table.
    pub(super) fn of(&self, table: &QualifiedName) -> Option<&Struct> {
        self.structs.get(table)
    }

    /// The features that are needed.
    pub(super) fn features(&self) -> BTreeSet<&'static str> {
        self.features.borrow().clone()
    }

    /// A feature that what is written needs.
    pub(super) fn needs(&self, rust: &str) {
        self.features.borrow_mut().extend(types::features(rust));
    }

    /// A name without the default schema.
    pub(super) fn local(&self, name: &QualifiedName) -> QualifiedName {
        let schema = name.schema.clone().filter(|schema| Some(schema) != self.defaults.schema.as_ref());
        QualifiedName { schema, name: name.name.clone() }
    }

    /// `serial` and its kin, if the column's sequence is the one that these make.
    fn serial_type(&mut self, table: &Table, column: &Column) -> Option<&'static str> {
        if self.engine != Engine::Postgres || column.nullable {
            return None;
        }
        let Type::Native(sql) = &column.ty else { return None };
        let (serial, ty) = match sql.as_str() {
            "smallint" => ("smallserial", Some("smallint")),
            "integer" => ("serial", Some("integer")),
            "bigint" => ("bigserial", None),
            _ => return None,
        };
        let Some(schema_core::DefaultValue::Expression(default)) = &column.default else { return None };
        let name = table.name.sibling(format!("{}_{}_seq", table.name.name, column.name));
        let made = Sequence {
            ty: ty.map(Type::native),
            owned_by: Some((table.name.clone(), column.name.clone())),
            ..Sequence::new(name.clone())
        };
        let expected = [&name, &self.local(&name)].map(|name| {
            // In a string, as an expression prints it.
            format!("nextval('{}'::regclass)", plain_quoted(name))
        });
        let id = Object::from(made.clone()).id();
        let same = matches!(self.database.get(&id), Some(Object::Sequence(found)) if *found == made)
            && name.name.as_str().len() <= 63
            && expected.iter().any(|expected| expected == default.as_str());
        if same {
            self.serial.insert(name);
        }
        same.then_some(serial)
    }
}

fn plain_quoted(name: &QualifiedName) -> String {
    let quote = |name: &Name| {
        let text = name.as_str();
        let plain = text.chars().all(|c| c == '_' || c.is_ascii_lowercase() || c.is_ascii_digit());
        if plain { text.to_owned() } else { format!("\"{}\"", text.replace('"', "\"\"").replace('\'', "''")) }
    };
    name.schema.iter().chain([&name.name]).map(quote).collect::<Vec<_>>().join(".")
}

/// MySQL: the values of `enum('a','b')`.
fn inline_values(engine: Engine, ty: &Type) -> Option<Vec<String>> {
    let (Engine::MySql | Engine::MariaDb, Type::Native(sql)) = (engine, ty) else { return None };
    let mut rest = sql.as_str().strip_prefix("enum(")?.strip_suffix(')')?;
    let mut values = Vec::new();
    loop {
        rest = rest.strip_prefix('\'')?;
        let mut value = String::new();
        loop {
            let at = rest.find('\'')?;
            value.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            match rest.strip_prefix('\'') {
                Some(more) => {
                    value.push('\'');
                    rest = more;
                }
                None => break,
            }
        }
        values.push(value);
        match rest.strip_prefix(',') {
            Some(more) => rest = more,
            None => break,
        }
    }
    // How a backslash is to be read depends on the server's settings.
    (rest.is_empty() && values.iter().all(|value| !value.contains('\\') && !value.is_empty()))
        .then_some(values)
}
