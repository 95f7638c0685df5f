//! One build shows every error of the struct, each on its token.
use groundplan::Table;

struct Opaque;

#[derive(Table)]
#[table(rename_all = "snakecase", index(columns(nmae)))]
struct User {
    #[column(primary_key = 1)]
    id: i64,
    #[column(name = 3, =)]
    name: String,
    #[column(nullable = "yes")]
    nickname: String,
    opaque: Opaque,
}

fn main() {}
