//! Random schemas over the whole list of objects, as scripts.
//!
//! Every choice is drawn under a key of its own, so that a second schema can share most of its choices with the first:
//! what differs then is what a version of an application changes.

mod objects;
mod programs;
mod tables;
mod values;

use std::fmt::Write as _;

pub use values::{CONTRADICTING, filling, sums};

/// The choices of a schema.
#[derive(Clone, Debug)]
pub struct Choices {
    seed: u64,
    /// Another seed, and how many choices in a hundred are taken from it.
    changed: Option<(u64, u64)>,
    pub version: u32,
}

impl Choices {
    pub fn new(seed: u64, version: u32) -> Self {
        Self { seed, changed: None, version }
    }

    /// Choices that differ from these in about so many of a hundred.
    pub fn changed(&self, seed: u64, percent: u64) -> Self {
        Self { changed: Some((seed, percent)), ..self.clone() }
    }

    fn number(&self, key: &str) -> u64 {
        let key = key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        match self.changed {
            Some((seed, percent)) if mixed(seed ^ key ^ 0x5bd1_e995) % 100 < percent => mixed(seed ^ key),
            _ => mixed(self.seed ^ key),
        }
    }

    pub fn below(&self, key: &str, limit: usize) -> usize {
        usize::try_from(self.number(key) % limit as u64).unwrap()
    }

    /// Whether something happens that happens once in so many times.
    pub fn one_in(&self, key: &str, chance: usize) -> bool {
        self.below(key, chance) == 0
    }

    pub fn pick<T: Copy>(&self, key: &str, from: &[T]) -> T {
        from[self.below(key, from.len())]
    }

    /// Nothing most times, and otherwise one of these.
    pub fn maybe<'a>(&self, key: &str, from: &[&'a str]) -> &'a str {
        if self.one_in(&format!("{key}?"), 3) { self.pick(key, from) } else { "" }
    }
}

fn mixed(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A column of a generated table.
#[derive(Clone, Debug)]
pub struct Column {
    pub name: String,
    pub ty: String,
    pub nullable: bool,
    pub generated: bool,
}

impl Column {
    /// Whether a B-tree can order its values.
    fn is_ordered(&self) -> bool {
        !["json", "xml", "point", "box", "app.addr", "hstore"].iter().any(|ty| self.ty.starts_with(ty))
            || self.ty.starts_with("jsonb")
    }

    fn is_text(&self) -> bool {
        self.ty == "text" || self.ty.starts_with("character varying") && !self.ty.ends_with(']')
    }

    fn is_range(&self) -> bool {
        self.ty.ends_with("range") && !self.ty.contains("multi")
    }
}

/// A generated table.
#[derive(Clone, Debug)]
pub struct Table {
    /// What its choices are drawn under.
    pub key: String,
    pub schema: String,
    /// As SQL says it, with its schema.
    pub name: String,
    pub columns: Vec<Column>,
    /// Whether `id` alone is its key.
    pub keyed: bool,
    pub partitioned: bool,
}

/// A schema in the making.
struct Script<'a> {
    choices: &'a Choices,
    sql: String,
    tables: Vec<Table>,
    /// The type of the extension, where it is there.
    citext: Option<&'static str>,
    /// Whether `btree_gist` is there.
    gist: bool,
}

impl Script<'_> {
    fn say(&mut self, statement: impl std::fmt::Display) {
        let _ = writeln!(self.sql, "{statement};");
    }

    fn comment(&mut self, key: &str, on: &str) {
        if self.choices.one_in(&format!("{key}.comment"), 4) {
            let text =
                self.choices.pick(&format!("{key}.comment.text"), &["it''s \\ a comment", "second", "ü"]);
            self.say(format!("COMMENT ON {on} IS '{text}'"));
        }
    }
}

/// A schema as a script.
pub fn schema(choices: &Choices) -> String {
    let mut script = Script { choices, sql: String::new(), tables: Vec::new(), citext: None, gist: false };
    script.foundations();
    script.types();
    script.early_routines();
    script.sequences();
    script.tables();
    script.late_routines();
    script.views();
    script.triggers();
    script.policies();
    script.others();
    script.sql
}
