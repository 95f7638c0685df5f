//! What `references` takes.
use groundplan::Table;

#[derive(Table)]
struct Org {
    #[column(primary_key)]
    id: i64,
    tenant: i32,
}

#[derive(Table)]
struct Team {
    #[column(primary_key)]
    id: i64,
}

#[derive(Table)]
#[table(
    foreign_key(columns(a, b), references(Org::id)),
    foreign_key(columns(a, b), references(Org::id, Team::id)),
    foreign_key(columns(a)),
    foreign_key(columns(a), references("org", columns(id, tenant)))
)]
struct User {
    #[column(references)]
    a: i64,
    #[column(references())]
    b: i64,
    #[column(references(Org))]
    c: i64,
    #[column(references(crate::Org))]
    d: i64,
    #[column(references(Org::id, on_delete = "casacde"))]
    e: i64,
    #[column(references(Org::id, columns(id)))]
    f: i64,
}

fn main() {}
