//! Generic, borrowed, embedded and renamed structs.

use std::borrow::Cow;
use std::marker::PhantomData;

use groundplan::dsl::{self, Check, Column, ForeignKey, Index, Type};
use groundplan::{ColumnType, Columns, Table, schema};

#[derive(Table)]
struct Org {
    #[column(primary_key)]
    code: String,
}

#[derive(Table)]
#[table(name = "visits")]
struct Visit<'a, T> {
    #[column(primary_key)]
    id: T,
    #[column(references(Org::code))]
    org: &'a str,
    note: Option<Cow<'a, str>>,
    #[column(skip)]
    kind: PhantomData<T>,
}

#[test]
fn generics_and_lifetimes() {
    let visits = |id| {
        dsl::Table::new("visits")
            .column(Column::new("id", id))
            .column(Column::new("org", Type::Text))
            .column(Column::new("note", Type::Text).nullable())
            .primary_key(["id"])
            .foreign_key(ForeignKey::new(["org"], "org", ["code"]))
    };
    assert_eq!(Visit::<i64>::table(), visits(Type::BigInt));
    assert_eq!(Visit::<String>::table(), visits(Type::Text));
    assert_eq!(Visit::<i64>::NOTE.name(), "note");
}

#[derive(Columns)]
#[table(index(columns(zip, street)), unique(columns("zip")), check("zip <> ''"))]
struct Address {
    street: String,
    #[column(index)]
    zip: String,
    #[column(references(Org::code))]
    org: Option<String>,
    #[column(flatten, prefix = "geo_")]
    place: Place,
}

#[derive(Columns)]
struct Place {
    lat: f64,
    lon: f64,
}

#[derive(Table)]
#[table(unique(columns(id, "ship_zip")))]
struct Customer {
    #[column(primary_key)]
    id: i64,
    #[column(flatten)]
    place: Place,
    #[column(flatten, prefix = "ship_")]
    shipping: Option<Address>,
}

#[test]
fn embedded_structs() {
    let customer = dsl::Table::new("customer")
        .column(Column::new("id", Type::BigInt))
        .column(Column::new("lat", Type::Double))
        .column(Column::new("lon", Type::Double))
        .column(Column::new("ship_street", Type::Text).nullable())
        .column(Column::new("ship_zip", Type::Text).nullable())
        .column(Column::new("ship_org", Type::Text).nullable())
        .column(Column::new("ship_geo_lat", Type::Double).nullable())
        .column(Column::new("ship_geo_lon", Type::Double).nullable())
        .primary_key(["id"])
        .index(Index::on(["ship_zip"]))
        .index(Index::on(["ship_zip", "ship_street"]))
        .unique(["ship_zip"])
        .unique(["id", "ship_zip"])
        .check(Check::new("zip <> ''"))
        .foreign_key(ForeignKey::new(["ship_org"], "org", ["code"]));
    assert_eq!(Customer::table(), customer);
}

mod elsewhere {
    pub(crate) mod plan {
        pub(crate) use ::groundplan::*;
    }
}

#[derive(Table)]
#[table(crate = "crate::shapes::elsewhere::plan")]
struct Reexported {
    id: i64,
}

/// Another macro's `table` and `column` stay its own.
#[derive(Table)]
#[groundplan(namespaced, name = "both")]
#[table("another macro's")]
struct Namespaced {
    #[groundplan(primary_key)]
    #[column("another macro's")]
    id: i64,
}

#[derive(Table)]
#[groundplan(name = "long_spelling", rename_all = "SCREAMING_SNAKE_CASE")]
struct Spelled {
    #[groundplan(primary_key)]
    row_id: i64,
}

#[test]
fn spellings() {
    let table = |name: &str, column: &str| dsl::Table::new(name).column(Column::new(column, Type::BigInt));
    assert_eq!(Reexported::table(), table("reexported", "id"));
    assert_eq!(Namespaced::table(), table("both", "id").primary_key(["id"]));
    assert_eq!(Spelled::table(), table("long_spelling", "ROW_ID").primary_key(["ROW_ID"]));
    assert_eq!(Spelled::ROW_ID.name(), "ROW_ID");
}

struct Money(i64);

impl ColumnType for Money {
    fn column_type() -> Type {
        Type::Decimal { precision: 19, scale: 4 }
    }
}

#[test]
fn a_type_of_ones_own_and_a_struct_in_a_function() {
    #[derive(Table)]
    struct Price {
        amount: Money,
        before: Option<Money>,
    }
    let money = Type::Decimal { precision: 19, scale: 4 };
    let price = dsl::Table::new("price")
        .column(Column::new("amount", money.clone()))
        .column(Column::new("before", money).nullable());
    assert_eq!(schema![Price], dsl::Database::new().with(price));
}
