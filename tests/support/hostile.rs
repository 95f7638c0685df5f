//! Texts that break what is not quoted, and a schema that is full of them.

use groundplan::core::{Dialect, Engine};
use groundplan::dsl::{Check, Column, Database, EnumType, Index, Table, Type};

use super::TestDatabase;

/// Texts that end literals, names, comments and statements of some engine.
const CHOSEN: [&str; 34] = [
    "'",
    "\"",
    "`",
    "\\",
    "\\'",
    "\\\\'",
    "''",
    "\"\"",
    "``",
    ";",
    "--",
    "-- ",
    "#",
    "/*",
    "*/",
    "/*! */",
    "/*+ */",
    "$$",
    "$a$",
    "%s %d",
    "?",
    "$1",
    ":name",
    "{}",
    "\n",
    "\r\n",
    "\t",
    "'; DROP TABLE canary; --",
    "\"; DROP TABLE canary; --",
    "`; DROP TABLE canary; --",
    "\\'; DROP TABLE canary; -- ",
    "*/ DROP TABLE canary; /*",
    "$$; DROP TABLE canary; $$",
    "\u{202e}\u{feff}e\u{301}\u{1f468}\u{200d}\u{1f469}",
];

/// What hardly any engine can hold in a text.
pub const NUL: &str = "a\0b";

/// The chosen texts and 200 random ones, each with a number before it, so that no two are the same to any collation.
pub fn texts() -> Vec<String> {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let random = (0..200).map(|_| (0..=random.below(11)).map(|_| random.character()).collect::<String>());
    let chosen = CHOSEN.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    chosen.into_iter().chain(random).enumerate().map(|(number, text)| format!("{number}x{text}")).collect()
}

/// The same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from(self.0 >> 33).unwrap() % limit
    }

    /// Of every plane of Unicode, and often one that means something to a lexer.
    fn character(&mut self) -> char {
        const MARKS: &[u8] = b"'\"`\\;-/*#$%?:()[]{}.,@!~ \t\n\r\x01\x0b\x1b\x7f";
        match self.below(6) {
            0 => char::from(MARKS[self.below(u32::try_from(MARKS.len()).unwrap()) as usize]),
            1 => char::from_u32(0x21 + self.below(0x5e)).unwrap(),
            2 => char::from_u32(0x80 + self.below(0x700)).unwrap(),
            3 => char::from_u32(0x800 + self.below(0xd000)).unwrap_or('\u{fffd}'),
            4 => char::from_u32(0xe000 + self.below(0x2000)).unwrap_or('\u{fffd}'),
            _ => char::from_u32(0x10000 + self.below(0x10_0000)).unwrap_or('\u{fffd}'),
        }
    }
}

/// An empty database that holds every character, if the engine's server is there.
pub async fn stage(engine: Engine) -> Option<TestDatabase> {
    let database = TestDatabase::on(engine).await?;
    if matches!(engine, Engine::MySql | Engine::MariaDb) {
        database.execute("ALTER DATABASE CHARACTER SET utf8mb4").await;
    }
    Some(database)
}

/// Where texts stand in a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    TableName,
    ColumnName,
    IndexName,
    ConstraintName,
    Comment,
    Default,
    CheckedValue,
    EnumValue,
}

impl Place {
    /// Where an engine has them.
    pub fn of(engine: Engine) -> Vec<Self> {
        let mut places =
            vec![Self::TableName, Self::ColumnName, Self::IndexName, Self::ConstraintName, Self::Default];
        if engine != Engine::Sqlite {
            places.extend([Self::Comment, Self::EnumValue]);
        }
        places.push(Self::CheckedValue);
        places
    }

    /// A schema with all of these texts in this place.
    pub fn schema(self, texts: &[String], engine: Engine) -> Database {
        let id = || Column::new("id", Type::Integer);
        let canary = Table::new("canary").column(id()).primary_key(["id"]);
        let database = Database::new().with(canary);
        let columns = |column: &dyn Fn(usize, &str) -> Column| {
            let table = Table::new("texts").column(id()).primary_key(["id"]);
            texts.iter().enumerate().fold(table, |table, (at, text)| table.column(column(at, text)))
        };
        let name = |at: usize| format!("c{at}");
        match self {
            Self::TableName => texts.iter().fold(database, |database, text| {
                database.with(Table::new(text.as_str()).column(id()).primary_key(["id"]))
            }),
            Self::ColumnName => {
                database.with(columns(&|_, text| Column::new(text, Type::Integer).nullable()))
            }
            // MySQL has room for so many indexes in one table.
            Self::IndexName => texts.chunks(50).enumerate().fold(database, |database, (number, texts)| {
                let table = Table::new(format!("texts{number}").as_str()).column(id()).primary_key(["id"]);
                database.with(texts.iter().enumerate().fold(table, |table, (at, text)| {
                    let table = table.column(Column::new(name(at), Type::Integer).nullable());
                    table.index(Index::on([name(at).as_str()]).named(text))
                }))
            }),
            Self::ConstraintName => {
                let table = Table::new("texts").column(id()).primary_key(["id"]);
                database.with(
                    texts.iter().fold(table, |table, text| table.check(Check::new("id > 0").named(text))),
                )
            }
            Self::Comment => database
                .with(columns(&|at, text| Column::new(name(at), Type::Integer).nullable().comment(text))),
            // InnoDB has room for so many columns of this length in one table.
            Self::Default | Self::CheckedValue => {
                let quoted = |text: &str| match engine {
                    Engine::MySql | Engine::MariaDb => text.replace('\\', "\\\\").replace('\'', "''"),
                    Engine::Postgres | Engine::Sqlite => text.replace('\'', "''"),
                };
                texts.chunks(30).enumerate().fold(database, |database, (number, texts)| {
                    let table =
                        Table::new(format!("texts{number}").as_str()).column(id()).primary_key(["id"]);
                    database.with(texts.iter().enumerate().fold(table, |table, (at, text)| {
                        let column = Column::new(name(at), Type::Varchar(50)).nullable();
                        if self == Self::Default {
                            return table.column(column.default(text.as_str()));
                        }
                        let check = Check::new(format!("{} <> '{}'", name(at), quoted(text)));
                        table.column(column).check(check.named(format!("check{number}_{at}").as_str()))
                    }))
                })
            }
            Self::EnumValue => {
                let table = Table::new("texts")
                    .column(id())
                    .column(Column::new("value", Type::Enum("choice".into())).nullable())
                    .primary_key(["id"]);
                database.with(EnumType::new("choice", texts.to_vec())).with(table)
            }
        }
    }

    /// The texts that an engine can hold in this place, and those that it says it cannot.
    pub fn sort(self, texts: Vec<String>, dialect: &dyn Dialect) -> (Vec<String>, Vec<String>) {
        let engine = dialect.engine();
        texts
            .into_iter()
            .partition(|text| dialect.check(&self.schema(std::slice::from_ref(text), engine)).is_empty())
    }
}
