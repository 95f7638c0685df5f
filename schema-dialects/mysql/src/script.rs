//! What a script may do in the scratch database, where nothing outside may change.

use std::borrow::Cow;

use schema_core::Name;

use crate::Flavour;
use crate::inspect::Said;
use crate::lower::is_untold;
use crate::text::{Kind, Token, tokens};

/// What is done with a statement of a script.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is run.
    Run,
    /// It has nothing to say here: it names the database that is connected anyway.
    Skip,
    /// It says who may do what, and is read.
    Grant,
    /// It makes a role, or says who has it, and is read.
    Role,
    /// It would reach out of the scratch database.
    Refuse(&'static str),
}

const OUTSIDE: &str = "this would change something outside the database; a schema holds only what is in it";

/// Looks at the head of a statement. `database` is the connection's own, whose name a script may say.
pub(crate) fn judge(sql: &str, database: &Name) -> Verdict {
    let all = tokens(sql);
    let word = |at: usize| {
        all.get(at).filter(|token| token.kind == Kind::Word).map(|token| token.text.to_ascii_uppercase())
    };
    let first = word(0).unwrap_or_default();
    let replaces = word(1).as_deref() == Some("OR") && word(2).as_deref() == Some("REPLACE");
    let second = word(if replaces { 3 } else { 1 }).unwrap_or_default();
    match first.as_str() {
        "USE" => own_database(all.get(1), database),
        "CREATE" | "DROP" | "ALTER" if matches!(second.as_str(), "DATABASE" | "SCHEMA") => {
            let name = all.iter().skip(2).find(|token| !["IF", "NOT", "EXISTS"].iter().any(|w| token.is(w)));
            if first == "CREATE" { own_database(name, database) } else { Verdict::Refuse(OUTSIDE) }
        }
        "CREATE" if second == "ROLE" => Verdict::Role,
        "GRANT" if !all.iter().any(|token| token.is("ON")) => Verdict::Role,
        // Which roles an account has when it logs in.
        "SET" if second == "DEFAULT" => Verdict::Refuse(OUTSIDE),
        "CREATE" | "DROP" | "ALTER" | "RENAME"
            if matches!(
                second.as_str(),
                "USER" | "ROLE" | "SERVER" | "TABLESPACE" | "LOGFILE" | "INSTANCE" | "RESOURCE" | "UNDO"
            ) =>
        {
            Verdict::Refuse(OUTSIDE)
        }
        "GRANT" => Verdict::Grant,
        "SET" if is_global_set(&all) => Verdict::Refuse(OUTSIDE),
        "CREATE" | "DROP" | "ALTER" | "RENAME" | "INSERT" | "REPLACE" | "UPDATE" | "DELETE" | "TRUNCATE" => {
            target(&all, &first, database)
        }
        // A statement that starts with no word is the server's to refuse.
        "" | "SET" | "LOCK" | "UNLOCK" | "START" | "BEGIN" | "COMMIT" | "ROLLBACK" | "SELECT" | "ANALYZE"
        | "WITH" | "DO" | "CALL" | "OPTIMIZE" | "CHECK" | "SHOW" => Verdict::Run,
        _ => Verdict::Refuse("this is no statement that makes a schema"),
    }
}

/// Where a statement holds a character that the server accepts and shows as a question mark ever after: in a name, a
/// comment, a value of an enumeration, and as the flavour goes in a default or an expression of a table. Bodies and
/// queries are kept as they are.
pub(crate) fn untold(sql: &str, flavour: Flavour) -> Option<usize> {
    if !is_untold(sql) {
        return None;
    }
    let all = tokens(sql);
    let word =
        |at: usize, words: &[&str]| all.get(at).is_some_and(|token| words.iter().any(|word| token.is(word)));
    if !word(0, &["CREATE", "ALTER"]) {
        return None;
    }
    let is_table = all.iter().take(5).any(|token| token.is("TABLE"));
    // For each open parenthesis, whether it holds the values of an enumeration.
    let mut open = Vec::new();
    for (at, token) in all.iter().enumerate() {
        let after = |words: &[&str]| at > 0 && word(at - 1, words);
        match token.text {
            "(" => open.push(after(&["ENUM", "SET"])),
            ")" => drop(open.pop()),
            _ => {}
        }
        let lost = match token.kind {
            Kind::Word | Kind::Quoted => true,
            Kind::Text if after(&["COMMENT"]) || (after(&["="]) && at > 1 && word(at - 2, &["COMMENT"])) => {
                true
            }
            Kind::Text if !is_table => false,
            Kind::Text if open.last() == Some(&true) => true,
            Kind::Text => match flavour {
                Flavour::MySql => !after(&["DEFAULT"]),
                Flavour::MariaDb => open.len() < 2,
            },
            Kind::Number | Kind::Symbol => false,
        };
        if lost && is_untold(token.text) {
            return Some(token.start);
        }
    }
    None
}

/// A statement as the servers' client would send it: a backslash at the end of a line, outside of quotes and
/// comments, is the client's own sign that the statement goes on.
pub(crate) fn sent(sql: &str) -> Cow<'_, str> {
    let continues = |token: &Token<'_>| {
        token.text == "\\" && sql[token.end()..].trim_start_matches('\r').starts_with('\n')
    };
    if !sql.contains("\\\n") && !sql.contains("\\\r\n") {
        return Cow::Borrowed(sql);
    }
    let mut text = sql.to_owned();
    for token in tokens(sql).iter().rev().filter(|token| continues(token)) {
        text.replace_range(token.start..token.end(), "");
    }
    Cow::Owned(text)
}

/// Notes what a statement says about the session.
pub(crate) fn listen(sql: &str, said: &mut Said) {
    let start = sql.trim_start();
    // Most statements are long and say nothing of the kind.
    if !start.get(..3).is_some_and(|word| word.eq_ignore_ascii_case("SET")) && !start.starts_with("/*!") {
        return;
    }
    let all = tokens(sql);
    if !all.first().is_some_and(|token| token.is("SET")) {
        return;
    }
    for (at, token) in all.iter().enumerate() {
        let next = |text: &str| all.get(at + 1).is_some_and(|token| token.is(text));
        let assigned = next("=") || next(":");
        match token.text.trim_start_matches("@@").to_ascii_lowercase().as_str() {
            "character_set_client" | "collation_connection" => said.charset |= assigned,
            "names" | "charset" => said.charset = true,
            "character" => said.charset |= next("SET"),
            "sql_mode" => said.sql_mode |= assigned,
            _ => {}
        }
    }
}

/// The table whose numbers a statement starts elsewhere than at 1, with the first one.
pub(crate) fn first_number(sql: &str) -> Option<(Name, u64)> {
    if !sql.to_ascii_uppercase().contains("AUTO_INCREMENT") {
        return None;
    }
    let all = tokens(sql);
    let makes_or_changes = all.first().is_some_and(|token| token.is("CREATE") || token.is("ALTER"));
    let mut rest = all.iter().skip(1);
    if !makes_or_changes || !rest.next().is_some_and(|token| token.is("TABLE")) {
        return None;
    }
    let name = rest.find(|token| !["IF", "NOT", "EXISTS"].iter().any(|word| token.is(word)))?.name()?;
    let mut depth = 0_usize;
    for (at, token) in all.iter().enumerate() {
        match token.text {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && token.is("AUTO_INCREMENT") {
            let number = all[at + 1..].iter().find(|token| !token.is("="));
            if let Some(Ok(number)) = number.map(|token| token.text.parse()) {
                return Some((name, number));
            }
        }
    }
    None
}

fn own_database(name: Option<&Token<'_>>, database: &Name) -> Verdict {
    match name.and_then(Token::name) {
        Some(name) if name == *database => Verdict::Skip,
        _ => Verdict::Refuse(
            "the script names a database of its own; connect to that database, or take the statement out",
        ),
    }
}

fn is_global_set(all: &[Token<'_>]) -> bool {
    all.iter().any(|token| {
        let lower = token.text.to_ascii_lowercase();
        token.kind == Kind::Word
            && (matches!(lower.as_str(), "global" | "persist" | "persist_only" | "password")
                || lower.starts_with("@@persist"))
    }) && !all.iter().any(|token| token.text.eq_ignore_ascii_case("@@global"))
}

/// Whether the name of what a statement changes has another database in front. Only heads are read: what a body
/// or a query says does not run now, or only reads.
fn target(all: &[Token<'_>], first: &str, database: &Name) -> Verdict {
    let heads = [
        "TABLE",
        "VIEW",
        "TRIGGER",
        "PROCEDURE",
        "FUNCTION",
        "EVENT",
        "SEQUENCE",
        "INDEX",
        "INTO",
        "UPDATE",
        "FROM",
    ];
    let limit = if first == "CREATE" || first == "ALTER" { 24 } else { all.len() };
    for (at, token) in all.iter().enumerate().take(limit) {
        if !heads.iter().any(|head| token.is(head)) {
            continue;
        }
        let mut name = at + 1;
        while all
            .get(name)
            .is_some_and(|t| ["IF", "NOT", "EXISTS", "IGNORE", "LOW_PRIORITY"].iter().any(|w| t.is(w)))
        {
            name += 1;
        }
        let qualified = all.get(name + 1).is_some_and(|dot| dot.text == ".");
        if qualified {
            return match all.get(name).and_then(Token::name) {
                Some(own) if own == *database => Verdict::Refuse(
                    "a schema's statements name their objects without the database, so that they can be tried elsewhere",
                ),
                _ => Verdict::Refuse(OUTSIDE),
            };
        }
        if first == "CREATE" || first == "ALTER" {
            return Verdict::Run;
        }
    }
    Verdict::Run
}

#[cfg(test)]
mod tests {
    use super::{Verdict, judge, sent, untold};
    use crate::Flavour;
    use schema_core::Name;

    fn runs(sql: &str) -> bool {
        judge(sql, &Name::new("app")) == Verdict::Run
    }

    #[test]
    fn what_a_dump_says_runs() {
        for sql in [
            "/*!40101 SET @saved_cs_client = @@character_set_client */",
            "/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`%`*/ /*!50003 TRIGGER `t` BEFORE INSERT ON `a` FOR EACH ROW SET NEW.x = `o`.`p` */",
            "CREATE TABLE IF NOT EXISTS `a` (`b` int)",
            "LOCK TABLES `a` WRITE",
            "INSERT INTO `a` VALUES (1)",
            "DROP TABLE IF EXISTS `a`",
            "SET @@session.sql_mode = @@global.sql_mode",
        ] {
            assert!(runs(sql), "{sql}");
        }
    }

    #[test]
    fn finds_where_numbers_start() {
        let found = |sql| super::first_number(sql).map(|(name, number)| (name.to_string(), number));
        let create = "CREATE TABLE IF NOT EXISTS `a` (id int AUTO_INCREMENT PRIMARY KEY) ENGINE=InnoDB AUTO_INCREMENT=7 COMMENT='x'";
        assert_eq!(found(create), Some(("a".to_owned(), 7)));
        assert_eq!(found("alter table b auto_increment 9"), Some(("b".to_owned(), 9)));
        assert_eq!(found("ALTER TABLE b MODIFY id int AUTO_INCREMENT"), None);
        assert_eq!(found("CREATE TABLE c (id int AUTO_INCREMENT PRIMARY KEY)"), None);
    }

    #[test]
    fn finds_what_the_server_would_show_as_question_marks() {
        let both = [Flavour::MySql, Flavour::MariaDb];
        let lost = |sql: &str| both.map(|flavour| untold(sql, flavour).is_some());
        for sql in [
            "CREATE TABLE t (a int COMMENT '😀')",
            "ALTER TABLE t COMMENT = '😀'",
            "CREATE TABLE t (a enum('x', '😀'))",
            "CREATE TABLE `😀` (a int)",
            "CREATE TABLE t (😀 int)",
            "CREATE EVENT e ON SCHEDULE EVERY 1 DAY COMMENT '😀' DO SELECT 1",
        ] {
            assert_eq!(lost(sql), [true, true], "{sql}");
        }
        assert_eq!(lost("CREATE TABLE t (a text DEFAULT '😀')"), [false, true]);
        assert_eq!(lost("CREATE TABLE t (a text, CHECK (a <> '😀'))"), [true, false]);
        for sql in [
            "CREATE TABLE t (a int /* 😀 */) -- 😀",
            "CREATE VIEW v AS SELECT '😀'",
            "CREATE PROCEDURE p() SELECT '😀'",
            "INSERT INTO t VALUES ('😀')",
        ] {
            assert_eq!(lost(sql), [false, false], "{sql}");
        }
    }

    #[test]
    fn a_backslash_at_the_end_of_a_line_is_the_clients() {
        assert_eq!(sent("VALUES (1, \\\n 'a\\\nb') -- \\\n"), "VALUES (1, \n 'a\\\nb') -- \\\n");
    }

    #[test]
    fn what_reaches_out_does_not() {
        for sql in [
            "DROP DATABASE app",
            "USE other",
            "SET GLOBAL max_connections = 1",
            "DROP TABLE other.a",
            "INSERT INTO `other`.`a` VALUES (1)",
            "DELETE FROM other.a",
            "CREATE TABLE other.a (b int)",
            "UPDATE other.a SET b = 1",
            "CREATE USER x",
            "SHUTDOWN",
        ] {
            assert!(!runs(sql), "{sql}");
        }
        assert_eq!(judge("USE `app`", &Name::new("app")), Verdict::Skip);
        assert_eq!(judge("CREATE DATABASE IF NOT EXISTS app", &Name::new("app")), Verdict::Skip);
    }
}
