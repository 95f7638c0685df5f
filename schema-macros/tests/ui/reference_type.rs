//! A foreign key by path has the type of the column it references.
use groundplan::Table;

#[derive(Table)]
struct Org {
    #[column(primary_key)]
    id: i64,
    tenant: i32,
}

#[derive(Table)]
#[table(foreign_key(columns(tenant, org), references(Org::id, Org::tenant)))]
struct User {
    tenant: i32,
    org: i64,
    #[column(references(Org::id))]
    wrong: String,
    #[column(references(Org::id))]
    narrow: Option<i32>,
}

fn main() {}
