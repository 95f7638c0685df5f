//! A key that is not known is refused, with the one that was meant.
use groundplan::Table;

#[derive(Table)]
#[table(nmae = "users", table_name = "users", index(columns(id), uniqe), frobnicate)]
struct User {
    #[column(primery_key, auto_increment)]
    id: i64,
    #[column(on_delete = "cascade", references(Org::id, on_delte = "cascade"), postgres(typ = "citext"))]
    org: i64,
    #[column(identity(alwys), generated(persisted = "1"))]
    number: i64,
}

#[derive(Table)]
struct Org {
    id: i64,
}

fn main() {}
