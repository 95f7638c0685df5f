//! A key that is said twice is refused, also across attributes.
use groundplan::Table;

#[derive(Table)]
#[table(name = "users", name = "people")]
#[groundplan(name = "persons")]
struct User {
    #[column(unique, unique)]
    #[column(name = "a", name = "b")]
    id: i64,
}

fn main() {}
