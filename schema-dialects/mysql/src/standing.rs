//! Tables that stand in the database as they are declared, sign by sign: they are known without being made.
//!
//! What a server prints for a table makes the same table again, and so does what this crate renders for it: both are
//! what they are when they are read back. Where that could fail, the table is made in the scratch database like any
//! other: in a session whose mode reads the text in another way, under settings that nobody here knows, where something
//! else in the scripts speaks of the table, without a primary key (MySQL may add one of its own), and for a foreign key
//! without an index (the servers add one).

use std::collections::{HashMap, HashSet};

use schema_core::{
    Canonical, Database, Error, Index, IndexMethod, Inspection, KeyPart, Name, QualifiedName, Script, Table,
    script,
};

use crate::inspect::{self, Source, reading};
use crate::render;
use crate::script::{Verdict, first_number, judge};
use crate::server::{Server, text};
use crate::text::{Kind, Token, requalify, tokens};

/// Such tables, and the statements that declare them.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    tables: Vec<Table>,
    /// The scripts and places of their statements.
    statements: HashSet<(usize, usize)>,
    /// Whether the scripts make anything else.
    pub(crate) makes_more: bool,
}

/// A statement that creates a table and nothing else.
struct Creation<'a> {
    place: (usize, usize),
    name: Name,
    sql: &'a str,
}

/// What scripts say, as far as it matters here.
#[derive(Default)]
struct Said<'a> {
    creations: Vec<Creation<'a>>,
    /// The names, in lower case, that other statements speak of.
    mentioned: HashSet<String>,
    makes_more: bool,
}

impl Standing {
    /// Compares what scripts create with what `own` holds. `mode` is the mode that a script starts in.
    pub(crate) async fn find(
        server: &mut Server,
        own: &Source,
        scripts: &[Script],
        declared: &Database,
        mode: &str,
    ) -> Result<Self, Error> {
        let nothing = Self { makes_more: true, ..Self::default() };
        let Some(mut said) = listen(scripts, server, mode) else { return Ok(nothing) };
        let mut count: HashMap<Name, usize> = HashMap::new();
        for creation in &mut said.creations {
            creation.name = server.tables.kept(creation.name.clone());
            *count.entry(creation.name.clone()).or_default() += 1;
        }
        let there: HashSet<String> = server
            .catalog(include_str!("inspect/objects.sql"), &own.actual)
            .await?
            .iter()
            .filter(|row| matches!(text(row, "kind").as_deref(), Some("BASE TABLE" | "SYSTEM VERSIONED")))
            .filter_map(|row| text(row, "name"))
            .collect();
        let is_other = |name: &Name| {
            count.get(name) != Some(&1)
                || !there.contains(name.as_str())
                || declared.objects().any(|(id, _)| id.name == *name)
        };
        let (others, asked): (Vec<_>, Vec<_>) =
            said.creations.into_iter().partition(|creation| is_other(&creation.name));
        let mut mentioned = said.mentioned;
        let mut makes_more = said.makes_more;
        for creation in &others {
            mentioned.extend(names(&tokens(creation.sql)));
            makes_more = true;
        }
        let questions: Vec<String> =
            asked.iter().map(|creation| inspect::table_question(&own.actual, &creation.name)).collect();
        let answers = server.ask_all(&questions).await;
        let mut standing = Self::default();
        let mut alike = Vec::new();
        for (creation, answer) in asked.into_iter().zip(answers) {
            let printed = answer.ok().and_then(|row| text(&row, "Create Table"));
            if let Some(table) = printed.and_then(|printed| stands(&creation, &printed, own, server)) {
                alike.push((creation, table));
            } else {
                mentioned.extend(names(&tokens(creation.sql)));
                makes_more = true;
            }
        }
        for (creation, mut table) in alike {
            if mentioned.contains(&creation.name.as_str().to_lowercase()) {
                makes_more = true;
                continue;
            }
            if let Some((_, number)) = first_number(creation.sql) {
                table.options.mysql.auto_increment = number.into();
            }
            standing.statements.insert(creation.place);
            standing.tables.push(table);
        }
        standing.makes_more = makes_more;
        Ok(standing)
    }

    /// Whether the statement at this place of this script needs not be run.
    pub(crate) fn holds(&self, script: usize, offset: usize) -> bool {
        self.statements.contains(&(script, offset))
    }

    /// Puts the tables to what was made.
    pub(crate) fn join(self, inspection: &mut Inspection) {
        if self.tables.is_empty() {
            return;
        }
        let mut database = std::mem::take(&mut inspection.schema.database);
        for table in self.tables {
            database.insert(table);
        }
        let dependencies = inspect::dependencies(&database);
        inspection.schema = Canonical::observed(database, dependencies);
    }
}

/// Reads the scripts. `None` where they set something that may change what a `CREATE TABLE` makes, or cannot be read.
fn listen<'a>(scripts: &'a [Script], server: &Server, usual: &str) -> Option<Said<'a>> {
    let mut said = Said::default();
    for (number, script) in scripts.iter().enumerate() {
        let mut is_plain = reading(usual, "||\\").is_empty();
        let mut made: HashSet<Name> = HashSet::new();
        for statement in script::split(&script.text, server.reading()).ok()? {
            let all = tokens(statement.sql);
            if all.first().is_some_and(|token| token.is("SET")) {
                if !is_harmless(&all) {
                    return None;
                }
                if all.iter().any(|token| token.text.to_ascii_lowercase().ends_with("sql_mode")) {
                    let literals = all.iter().filter(|token| token.kind == Kind::Text);
                    let modes: Vec<&str> =
                        literals.map(|token| token.text.trim_matches(['\'', '"'])).collect();
                    let usual = if modes.is_empty() { usual } else { "" };
                    is_plain =
                        modes.iter().copied().chain([usual]).all(|mode| reading(mode, "||\\").is_empty());
                }
                continue;
            }
            if judge(statement.sql, &server.database) == Verdict::Skip {
                continue;
            }
            match table_head(&all) {
                Some(Head::Create(name)) if is_plain => {
                    made.insert(name.clone());
                    let place = (number, statement.offset);
                    said.creations.push(Creation { place, name, sql: statement.sql });
                }
                // Nothing is there yet.
                Some(Head::DropIfExists(name)) if !made.contains(&name) => {}
                Some(Head::Create(_) | Head::DropIfExists(_)) | None => {
                    said.makes_more = true;
                    if !is_program(&all) {
                        said.mentioned.extend(names(&all));
                    }
                }
            }
        }
    }
    Some(said)
}

enum Head {
    Create(Name),
    DropIfExists(Name),
}

/// `CREATE TABLE name (` and `DROP TABLE IF EXISTS name`, with nothing that names another database.
fn table_head(all: &[Token<'_>]) -> Option<Head> {
    let words = |words: &[&str]| {
        words.iter().enumerate().all(|(at, word)| all.get(at).is_some_and(|token| token.is(word)))
    };
    if words(&["DROP", "TABLE", "IF", "EXISTS"]) {
        return if all.len() == 5 { all[4].name().map(Head::DropIfExists) } else { None };
    }
    let at = if words(&["CREATE", "TABLE", "IF", "NOT", "EXISTS"]) {
        5
    } else if words(&["CREATE", "TABLE"]) {
        2
    } else {
        return None;
    };
    let opens = all.get(at + 1).is_some_and(|token| token.text == "(");
    if opens { all.get(at)?.name().map(Head::Create) } else { None }
}

/// Whether a statement makes a routine or an event, whose body names tables that need not be there.
fn is_program(all: &[Token<'_>]) -> bool {
    let kind = all.iter().take(12).find_map(|token| {
        ["FUNCTION", "PROCEDURE", "EVENT", "TABLE", "VIEW", "TRIGGER", "INDEX"]
            .into_iter()
            .find(|word| token.is(word))
    });
    all.first().is_some_and(|token| token.is("CREATE"))
        && matches!(kind, Some("FUNCTION" | "PROCEDURE" | "EVENT"))
}

/// Whether a `SET` says nothing that changes what a `CREATE TABLE` in the servers' own words makes.
fn is_harmless(all: &[Token<'_>]) -> bool {
    const KNOWN: &[&str] = &[
        "autocommit",
        "character_set_client",
        "character_set_connection",
        "character_set_results",
        "collation_connection",
        "foreign_key_checks",
        "sql_mode",
        "sql_notes",
        "time_zone",
        "unique_checks",
    ];
    let special = ["STATEMENT", "ROLE", "DEFAULT", "PASSWORD", "GLOBAL", "PERSIST", "PERSIST_ONLY"];
    if all.get(1).is_some_and(|token| special.iter().any(|word| token.is(word))) {
        return false;
    }
    let assigned = all.windows(2).filter(|pair| matches!(pair[1].text, "=" | ":")).map(|pair| pair[0].text);
    let mut speaks =
        all.iter().any(|token| token.is("NAMES") || token.is("CHARSET") || token.is("CHARACTER"));
    for name in assigned {
        let name = name.to_ascii_lowercase();
        let plain = name.trim_start_matches("@@");
        if name.starts_with('@') && plain == name {
            continue;
        }
        if !KNOWN.contains(&plain) {
            return false;
        }
        speaks |= plain == "character_set_client";
    }
    // In another character set the same bytes are another text.
    let in_utf8 = |token: &Token<'_>| {
        let word = token.text.trim_matches(['\'', '"', '`']).to_ascii_lowercase();
        word.starts_with("utf8") || word.starts_with('@') && !word.starts_with("@@")
    };
    !speaks || all.iter().any(in_utf8)
}

fn names<'a>(all: &'a [Token<'a>]) -> impl Iterator<Item = String> + 'a {
    all.iter().filter_map(Token::name).map(|name| name.as_str().to_lowercase())
}

/// The table, where what the server prints for it is what is declared.
fn stands(creation: &Creation<'_>, printed: &str, own: &Source, server: &Server) -> Option<Table> {
    let databases = [(own.actual.clone(), own.model.clone())];
    let name = QualifiedName { schema: own.model.clone(), name: creation.name.clone() };
    let table = inspect::table(&name, &requalify(printed, &databases), server.flavour)?;
    let keyed = table.primary_key.is_some()
        && table.foreign_keys.iter().all(|key| {
            let columns = &key.columns;
            let primary = table.primary_key.iter().any(|primary| leads(&primary.columns, columns));
            let sorts = |index: &&Index| matches!(index.method, IndexMethod::BTree | IndexMethod::Hash);
            primary || table.indexes.iter().filter(sorts).any(|index| leads(&index.parts, columns))
        });
    let rendered = render::table::create(&table, server.flavour, |_| true);
    let said = body(creation.sql);
    let same = said == body(printed) && versions(creation.sql) == versions(printed)
        || said == body(&rendered) && versions(creation.sql).is_empty();
    (keyed && same).then_some(table)
}

fn leads(parts: &[KeyPart], columns: &[Name]) -> bool {
    parts.len() >= columns.len()
        && parts
            .iter()
            .zip(columns)
            .all(|(part, column)| part.prefix.is_none() && part.column_name() == Some(column))
}

/// A creation from its parenthesis on, without the number at which the rows go on.
fn body(sql: &str) -> Vec<&str> {
    let mut texts: Vec<&str> =
        tokens(sql).iter().map(|token| token.text).skip_while(|text| *text != "(").collect();
    let number = texts.windows(2).position(|pair| pair == ["AUTO_INCREMENT", "="]);
    if let Some(at) = number.filter(|at| at + 2 < texts.len()) {
        texts.drain(at..at + 3);
    }
    texts
}

/// The versions that comments which are run from some version on are for.
fn versions(sql: &str) -> Vec<&str> {
    sql.split("/*")
        .skip(1)
        .map(|rest| {
            &rest[..rest.len()
                - rest.trim_start_matches(|c: char| c == 'M' || c == '!' || c.is_ascii_digit()).len()]
        })
        .filter(|mark| mark.contains('!'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Head, body, is_harmless, is_program, table_head, versions};
    use crate::text::tokens;

    #[test]
    fn heads() {
        let creates = |sql: &str| matches!(table_head(&tokens(sql)), Some(Head::Create(name)) if name == "t");
        assert!(creates("CREATE TABLE IF NOT EXISTS `t` (a int)") && creates("create table t(a int)"));
        assert!(!creates("CREATE TABLE d.t (a int)") && !creates("CREATE TABLE t LIKE u"));
        assert!(
            !creates("CREATE TEMPORARY TABLE t (a int)") && !creates("CREATE OR REPLACE TABLE t (a int)")
        );
        let drops = |sql: &str| matches!(table_head(&tokens(sql)), Some(Head::DropIfExists(_)));
        assert!(drops("DROP TABLE IF EXISTS `t`") && !drops("DROP TABLE IF EXISTS t, u"));
        assert!(is_program(&tokens("CREATE DEFINER=`a`@`%` PROCEDURE p() SELECT 1 FROM t")));
        assert!(!is_program(&tokens("CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET @function = 1")));
    }

    #[test]
    fn settings() {
        let harmless = |sql: &str| is_harmless(&tokens(sql));
        assert!(harmless("SET NAMES utf8mb4") && harmless("SET FOREIGN_KEY_CHECKS=0"));
        assert!(harmless("/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */"));
        assert!(harmless("/*!40101 SET character_set_client = @saved_cs_client */"));
        assert!(!harmless("SET NAMES latin1") && !harmless("SET character_set_client = 'cp1252'"));
        assert!(
            !harmless("SET default_storage_engine = MyISAM") && !harmless("SET STATEMENT a=1 FOR SELECT 1")
        );
    }

    #[test]
    fn bodies() {
        let one =
            "CREATE TABLE `t` (\n  `a` int AUTO_INCREMENT\n) ENGINE=InnoDB AUTO_INCREMENT=7 COMMENT='x'";
        let other = "create table t ( `a` int AUTO_INCREMENT) -- no\n ENGINE=InnoDB COMMENT='x'";
        assert_eq!(body(one), body(other));
        assert_ne!(body(one), body("create table t ( `a` int AUTO_INCREMENT) ENGINE=InnoDB COMMENT='y'"));
        assert_eq!(
            versions("a /*!80023 INVISIBLE */ /* no */ /*M!100301 COMPRESSED*/"),
            ["!80023", "M!100301"]
        );
    }
}
