//! `schema!` collects tables.
use groundplan::schema;

struct User;

fn main() {
    let _ = schema![User];
}
