//! Keys name fields that exist.
use groundplan::Table;

#[derive(Table)]
#[table(
    primary_key(tenat, id),
    unique(columns(emial)),
    index(columns(id, cache), include(nmae)),
    foreign_key(columns(orgg), references(Org::id))
)]
struct User {
    tenant: i32,
    id: i64,
    email: String,
    name: String,
    org: i64,
    #[column(skip)]
    cache: String,
}

#[derive(Table)]
struct Org {
    id: i64,
}

fn main() {}
