//! Structs as nobody expects them: odd names, and what a macro or a `cfg` leaves behind.
#![allow(dead_code, reason = "the structs of these tests only declare")]

use groundplan::dsl::{self, Column, Type};
use groundplan::{Columns, SqlEnum, SqlType, Table, schema};

/// The derive under another name of the crate, as `groundplan = { package = … }` or a re-export gives it.
mod renamed {
    pub(super) use ::groundplan as plan;
}

#[derive(Table)]
#[table(name = "r#odd", primary_key(columns(r#type)))]
struct RawNames {
    r#type: i64,
    r#match: Option<String>,
    #[column(references(RawNames::r#type))]
    r#where: i64,
}

#[test]
fn raw_names_are_names_without_their_mark() {
    let table = RawNames::table();
    assert_eq!(table.name, "r#odd".into(), "a string is taken as it stands");
    let columns: Vec<&str> = table.columns.names().map(dsl::Name::as_str).collect();
    assert_eq!(columns, ["type", "match", "where"]);
    assert_eq!(RawNames::TYPE.name(), "type");
    assert_eq!(table.foreign_keys.at(0).unwrap().referenced_columns, ["type"]);
}

#[derive(Table)]
struct r#Loop {
    id: i64,
}

#[test]
fn a_raw_struct_is_called_without_its_mark() {
    assert_eq!(r#Loop::table().name, "loop".into());
}

/// Names that the generated code could mean something else by.
mod shadowing {
    use super::Table;

    pub(super) struct Option;
    pub(super) struct Column;
    pub(super) mod core {}
    pub(super) mod std {}
    pub(super) mod groundplan {}

    #[derive(Table)]
    #[table(name = "shadows", comment = "a table", index(columns(table), unique))]
    pub(super) struct Database {
        #[column(primary_key)]
        pub(super) table: i64,
        #[column(default = 1, check = "columns > 0")]
        pub(super) columns: i32,
        #[column(skip)]
        pub(super) skipped: ::core::option::Option<(Option, Column)>,
    }
}

#[test]
fn names_of_the_surroundings_are_not_used() {
    use shadowing::Database;
    let table = Database::table();
    assert_eq!(table.columns.len(), 2);
    assert_eq!(<Database as Table>::TABLE.name, "shadows");
    assert_eq!(Database::TABLE.name(), "table", "the constant of the field");
    assert_eq!(schema![Database].len(), 1);
}

#[derive(Table)]
struct Conditional {
    id: i64,
    #[cfg(any())]
    nowhere: NoSuchType,
    #[cfg(test)]
    everywhere: String,
    #[cfg_attr(test, column(unique))]
    #[cfg_attr(any(), column(no_such_key))]
    email: String,
    #[deprecated = "nobody reads it"]
    old: Option<i32>,
}

#[test]
fn what_is_configured_away_is_not_there() {
    let table = Conditional::table();
    let columns: Vec<&str> = table.columns.names().map(dsl::Name::as_str).collect();
    assert_eq!(columns, ["id", "everywhere", "email", "old"]);
    assert_eq!(table.uniques.len(), 1);
}

macro_rules! table {
    ($(#[$attribute:meta])* $visibility:vis $name:ident = $table:literal { $($field:ident: $ty:ty = $default:expr),* $(,)? }) => {
        $(#[$attribute])*
        #[derive(Table)]
        #[table(name = $table)]
        $visibility struct $name {
            #[column(primary_key)]
            id: i64,
            $(#[column(default = $default)] $field: $ty,)*
        }
    };
}

table! {
    /// Written by a macro.
    pub(crate) Generated = "generated" { name: String = "nobody", age: Option<i32> = 7, low: i64 = -1 }
}

#[test]
fn structs_that_macros_write() {
    let expected = dsl::Table::new("generated")
        .column(Column::new("id", Type::BigInt))
        .column(Column::new("name", Type::Text).default("nobody"))
        .column(Column::new("age", Type::Integer).nullable().default(7))
        .column(Column::new("low", Type::BigInt).default(-1))
        .primary_key(["id"]);
    let mut table = Generated::table();
    for column in table.columns.iter_mut() {
        // Keyed and defaulted text has another type where `text` can have none.
        column.native = dsl::NativeTypes::default();
    }
    assert_eq!(table, expected);
}

mod one {
    #[derive(groundplan::Table)]
    #[table(name = "one")]
    pub(crate) struct Same {
        pub(crate) id: i64,
    }
}

mod other {
    #[derive(groundplan::Table)]
    #[table(schema = "other", name = "one")]
    pub(crate) struct Same {
        pub(in super::other) id: i64,
        #[column(references(super::one::Same::id))]
        of: i64,
    }
}

#[test]
fn structs_of_one_name_in_two_modules() {
    assert_eq!(schema![one::Same, other::Same].len(), 2);
    let twice = schema![one::Same, one::Same];
    assert_eq!(twice.duplicates().count(), 1, "listed twice is told");
}

#[test]
fn structs_within_functions() {
    #[derive(SqlEnum)]
    enum State {
        New,
        Done,
    }
    #[derive(SqlType)]
    struct Id(i64);
    #[derive(Columns)]
    struct Stamps {
        created: i64,
    }
    #[derive(Table)]
    struct Local {
        #[column(primary_key)]
        id: Id,
        state: State,
        #[column(flatten)]
        stamps: Stamps,
    }
    assert_eq!(Local::table().columns.len(), 3);
}

#[derive(Table)]
#[table(crate = "renamed::plan", name = "of_a_renamed_crate")]
struct Renamed {
    id: i64,
}

#[derive(SqlEnum, Clone, Copy, Debug, PartialEq)]
#[sql_enum(crate = "renamed::plan")]
enum Kind {
    First,
    r#Match,
}

#[derive(SqlType)]
#[sql_type(crate = "renamed::plan")]
struct Cents(i64);

#[derive(Columns)]
#[table(crate = "renamed::plan")]
struct Price {
    cents: Cents,
    kind: Kind,
}

#[test]
fn a_renamed_crate_is_said_by_a_key() {
    assert_eq!(Renamed::table().columns.len(), 1);
    assert_eq!(<Kind as SqlEnum>::VALUES[1], "Match");
}

#[derive(SqlType)]
struct Id<T: ?Sized>(i64, #[sql_type(skip)] std::marker::PhantomData<fn() -> T>);

#[derive(SqlType)]
#[sql_type(composite)]
struct Spot {
    x: i32,
    #[sql_type(skip)]
    seen: bool,
}

#[derive(Table)]
struct Typed {
    #[column(primary_key, identity)]
    id: Id<Typed>,
    #[column(references(Typed::id))]
    above: Option<Id<Typed>>,
    spot: Spot,
}

#[test]
fn what_is_no_value_is_skipped() {
    let table = Typed::table();
    assert_eq!(table.columns.get(&"above".into()).unwrap().ty, Type::BigInt);
    let schema = schema![Typed];
    let composite = schema.objects().find_map(|(_, object)| match object {
        dsl::Object::Composite(composite) => Some(composite.attributes.len()),
        _ => None,
    });
    assert_eq!(composite, Some(1));
}

#[derive(Table)]
#[table(name = "keyed")]
struct Keyed<'a, K: Clone = i64, const N: usize = 4>
where
    K: Send,
{
    #[column(primary_key)]
    key: K,
    words: Option<&'a str>,
    #[column(skip)]
    cache: [Option<K>; N],
}

#[test]
fn generics_with_bounds_defaults_and_constants() {
    assert_eq!(<Keyed<'_>>::table(), <Keyed<'static, i64, 9>>::table());
}
