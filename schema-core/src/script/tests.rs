use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::Reading;
use super::lexer::{Kind, Lexer};
use super::{ScriptFault, renames, split, terminate};
use crate::Engine::{self, MariaDb, MySql, Postgres, Sqlite};

const ENGINES: [Engine; 4] = [Postgres, MySql, MariaDb, Sqlite];

fn texts(script: &str, engine: Engine) -> Vec<&str> {
    split(script, engine).unwrap().into_iter().map(|statement| statement.sql).collect()
}

fn fault(script: &str, engine: Engine) -> (usize, usize, ScriptFault) {
    let error = split(script, engine).unwrap_err();
    (error.line, error.column, error.fault)
}

#[test]
fn statements_end_at_semicolons() {
    for engine in ENGINES {
        assert_eq!(texts("a;b ;; ;\r\n c", engine), ["a", "b", "c"]);
        assert_eq!(texts("", engine), [""; 0]);
        assert_eq!(texts(" -- only a comment\n/* and another */;", engine), [""; 0]);
    }
}

#[test]
fn a_statement_begins_after_its_comments_and_keeps_those_inside() {
    assert_eq!(texts("-- a\n/* b */ c /* d */ e -- f\n; g -- h\n", Postgres), ["c /* d */ e -- f", "g"]);
}

#[test]
fn positions_count_lines_and_characters() {
    let script = "\u{feff}a;\r\n  'ü' é;\n";
    let statements = split(script, Postgres).unwrap();
    assert_eq!((statements[0].offset, statements[0].line, statements[0].column), (3, 1, 1));
    assert_eq!((statements[1].line, statements[1].column), (2, 3));
    assert_eq!(statements[1].location(4), (2, 7));
    assert_eq!(statements[1].location(1000), (2, 8));
    assert_eq!(fault("é;\n 'é", Postgres), (2, 2, ScriptFault::OpenString));
}

#[test]
fn quotes_are_doubled() {
    for engine in ENGINES {
        assert_eq!(texts("'a'';';b", engine), ["'a'';'", "b"]);
        assert_eq!(texts("\"a\"\";\";b", engine), ["\"a\"\";\"", "b"]);
    }
    for engine in [MySql, MariaDb, Sqlite] {
        assert_eq!(texts("`a``;`;b", engine), ["`a``;`", "b"]);
    }
    assert_eq!(texts("[a;\"];b", Sqlite), ["[a;\"]", "b"]);
    assert_eq!(texts("a['1;'];b", Postgres), ["a['1;']", "b"]);
}

#[test]
fn backslashes_escape_where_the_engine_says_so() {
    assert_eq!(texts(r"'a\';b';c", MySql), [r"'a\';b'", "c"]);
    assert_eq!(texts(r#""a\";b";c"#, MariaDb), [r#""a\";b""#, "c"]);
    assert_eq!(texts(r"`a\`;c", MySql), [r"`a\`", "c"]);
    assert_eq!(texts(r"'a\';c", Sqlite), [r"'a\'", "c"]);
    assert_eq!(texts(r"'a\';c", Postgres), [r"'a\'", "c"]);
    assert_eq!(texts(r"E'a\';b';c", Postgres), [r"E'a\';b'", "c"]);
    assert_eq!(texts(r"(e'a\';b');c", Postgres), [r"(e'a\';b')", "c"]);
    assert_eq!(texts(r"somee'a\';b", Postgres), [r"somee'a\'", "b"]);
    assert_eq!(texts(r"U&'a\';b", Postgres), [r"U&'a\'", "b"]);
    assert_eq!(texts("E'a'\n  '\\';b';c", Postgres), ["E'a'\n  '\\';b'", "c"]);
    assert_eq!(texts(r"E'a' '\';b", Postgres), [r"E'a' '\'", "b"]);
}

#[test]
fn line_comments() {
    for engine in ENGINES {
        assert_eq!(texts("a -- ';\n;b", engine).len(), 2);
    }
    assert_eq!(texts("a--b;\nc;d", Postgres), ["a--b;\nc", "d"]);
    assert_eq!(texts("a--1;b", MySql), ["a--1", "b"], "MySQL subtracts a negative number");
    assert_eq!(texts("a--\n;b", MySql), ["a--", "b"]);
    assert_eq!(texts("a # ';\n;b", MySql), ["a # ';", "b"]);
    assert_eq!(texts("a # b;c", Postgres), ["a # b", "c"], "an operator");
    assert_eq!(
        texts("a -- b\r;c", Postgres),
        ["a -- b", "c"],
        "PostgreSQL ends comments at a carriage return"
    );
}

#[test]
fn block_comments_nest_in_postgres_only() {
    assert_eq!(texts("/* a /* b; */ ; */c;d", Postgres), ["c", "d"]);
    assert_eq!(texts("/* a /* b; */ c;d", MySql), ["c", "d"]);
    assert_eq!(texts("/* a /* b; */ c;d", Sqlite), ["c", "d"]);
    assert_eq!(texts("/*/ a; */b", Sqlite), ["b"]);
}

#[test]
fn executable_comments_are_statements() {
    assert_eq!(texts("/*!40101 SET a='*/;' */;b", MySql), ["/*!40101 SET a='*/;' */", "b"]);
    assert_eq!(texts("/*M!100100 a */;b", MariaDb), ["/*M!100100 a */", "b"]);
    assert_eq!(texts("/*M!100100 a; */b", MySql), ["b"]);
    assert_eq!(texts("/*! a /* ; */ b */;c", MySql), ["/*! a /* ; */ b */", "c"]);
}

#[test]
fn dollar_quotes() {
    assert_eq!(texts("a $$ ; ' $$;b", Postgres), ["a $$ ; ' $$", "b"]);
    assert_eq!(texts("a $x$ ; $$ ; $y$ $x$;b", Postgres), ["a $x$ ; $$ ; $y$ $x$", "b"]);
    assert_eq!(texts("a $é$ ; $é$;b", Postgres), ["a $é$ ; $é$", "b"]);
    assert_eq!(texts("a$b$c;d$b$", Postgres), ["a$b$c", "d$b$"], "identifiers hold dollars");
    assert_eq!(texts("$1;$2", Postgres), ["$1", "$2"]);
    assert_eq!(texts("$1$;$1$", Postgres), ["$1$", "$1$"], "no tag begins with a digit");
    assert_eq!(texts("$$;$$", Sqlite), ["$$", "$$"]);
}

#[test]
fn standard_bodies_of_routines() {
    let body = "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC\n SELECT CASE WHEN a THEN 1 END; SELECT 2; END";
    assert_eq!(texts(&format!("{body};b"), Postgres), [body, "b"]);
    assert_eq!(texts("create procedure begin() begin atomic end; b", Postgres).len(), 2);
    assert_eq!(texts("BEGIN; a; END;", Postgres), ["BEGIN", "a", "END"], "a transaction");
    assert_eq!(texts("CREATE VIEW v AS SELECT CASE WHEN a THEN 1 END; b", Postgres).len(), 2);
}

#[test]
fn rules_hold_statements_in_parentheses() {
    let rule = "CREATE RULE r AS ON INSERT TO t DO INSTEAD (a; b)";
    assert_eq!(texts(&format!("{rule};c"), Postgres), [rule, "c"]);
}

#[test]
fn triggers_of_sqlite() {
    let trigger = "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN\n\
                   SELECT CASE WHEN 1 THEN 2 END; UPDATE a SET b = 'END;'; END";
    assert_eq!(texts(&format!("{trigger};b"), Sqlite), [trigger, "b"]);
    assert_eq!(texts(&format!("{trigger} /* ; */ ;b"), Sqlite).len(), 2);
    assert_eq!(texts(&format!("{trigger}\n"), Sqlite), [trigger]);
    assert_eq!(texts("BEGIN; a; END; b", Sqlite).len(), 4);
}

#[test]
fn delimiter_lines() {
    let script =
        "a;\ndelimiter $$\r\nCREATE TRIGGER t BEGIN b; END$$\n c $$ DELIMITER  // x\nd;e//DELIMITER ;\nf;g";
    assert_eq!(texts(script, MySql), ["a", "CREATE TRIGGER t BEGIN b; END", "c", "d;e", "f", "g"]);
    assert_eq!(texts("DELIMITER go\ngoal; gogo go b", MariaDb), ["goal; gogo", "b"]);
    assert_eq!(texts("DELIMITER §\na§b", MySql), ["a", "b"]);
    assert_eq!(fault("a;\nDELIMITER \nb", MySql), (2, 1, ScriptFault::NoDelimiter));
    assert_eq!(texts("a delimiter //", MySql), ["a delimiter //"]);
    assert_eq!(texts("DELIMITER //", Postgres), ["DELIMITER //"]);
}

#[test]
fn a_terminated_statement_is_split_off_again() {
    for engine in ENGINES {
        assert_eq!(terminate(" a -- b\n", engine), "a -- b\n;\n");
    }
    let body = "BEGIN a; b // c; END";
    assert_eq!(terminate(body, MariaDb), format!("DELIMITER $$\n{body}$$\nDELIMITER ;\n"));
    assert_eq!(texts(&terminate("a; -- b", MySql), MySql), ["a; -- b"]);
}

#[test]
fn commands_of_the_clients() {
    assert_eq!(texts("\\restrict 'a\n\nb;\n\\unrestrict a", Postgres), ["b"]);
    let command = |name: &str| ScriptFault::ClientCommand(name.into());
    assert_eq!(fault("a;\n\\connect 'b", Postgres), (2, 1, command("\\connect")));
    assert_eq!(fault("a \\gset", Postgres), (1, 3, command("\\gset")));
    assert_eq!(fault("a;\n.read b'", Sqlite), (2, 1, command(".read")));
    assert_eq!(texts("a .5", Sqlite), ["a .5"]);
}

#[test]
fn copied_rows_are_refused() {
    assert_eq!(fault("a;\n copy t (a) From STDIN;\n1\n\\.\n", Postgres), (2, 2, ScriptFault::CopyData));
    assert_eq!(texts("COPY t TO stdout; SELECT 1 FROM stdin", Postgres).len(), 2);
}

#[test]
fn what_has_no_end_is_refused_where_it_begins() {
    for engine in ENGINES {
        assert_eq!(fault("a\n 'b", engine), (2, 2, ScriptFault::OpenString));
        assert_eq!(fault("a /* b *", engine), (1, 3, ScriptFault::OpenComment));
        assert_eq!(fault("a\0", engine), (1, 2, ScriptFault::Nul));
    }
    assert_eq!(fault("/* /* */", Postgres), (1, 1, ScriptFault::OpenComment));
    assert_eq!(fault("\"b", Postgres), (1, 1, ScriptFault::OpenIdentifier));
    assert_eq!(fault("\"b", MySql), (1, 1, ScriptFault::OpenString));
    assert_eq!(fault("`b", Sqlite), (1, 1, ScriptFault::OpenIdentifier));
    assert_eq!(fault("[b", Sqlite), (1, 1, ScriptFault::OpenIdentifier));
    assert_eq!(fault("$a$b$", Postgres), (1, 1, ScriptFault::OpenString));
    assert_eq!(fault("'b\\", MySql), (1, 1, ScriptFault::OpenString));
}

fn hints(script: &str, engine: Engine) -> Vec<String> {
    renames(script, engine).unwrap().iter().map(|r| format!("{} -> {}", r.from, r.to)).collect()
}

fn hint_fault(script: &str, engine: Engine) -> (usize, usize) {
    let error = renames(script, engine).unwrap_err();
    assert!(matches!(error.fault, ScriptFault::StrayHint | ScriptFault::UnreadableHint(_)), "{error}");
    (error.line, error.column)
}

#[test]
fn hints_stand_above_or_at_the_end_of_the_line() {
    let script = "
        -- groundplan:renamed_from=people
        -- the users
        CREATE TABLE IF NOT EXISTS app.users ( -- nothing
            id int PRIMARY KEY,
            /* groundplan:renamed_from=mail */
            email text DEFAULT lower('A, b') CHECK (email IN ('a', 'b')),
            CONSTRAINT c UNIQUE (id, email),
            \"Name\" text, -- groundplan:renamed_from=\"full \"\"name\"
            last text) -- groundplan:renamed_from=OLD
        ;
        CREATE VIEW v AS SELECT 1; -- groundplan:renamed_from=w
        CREATE UNIQUE INDEX i ON ONLY app.users (id); -- groundplan:renamed_from=j
        -- groundplan:renamed_from=m
        CREATE TYPE mood AS ENUM ('a');"
        .replace('\\', "");
    assert_eq!(
        hints(&script, Postgres),
        [
            "table app.people -> users",
            "column app.people.mail -> email",
            "column app.people.full \"name -> Name",
            "column app.people.old -> last",
            "view w -> v",
            "index app.people.j -> i",
            "enum m -> mood",
        ]
    );
}

#[test]
fn hints_in_the_quotes_of_each_engine() {
    let my = "CREATE TABLE `t``x` (`a` int, # groundplan:renamed_from=B\n b int -- groundplan:renamed_from=`c d`\n);";
    assert_eq!(hints(my, MySql), ["column t`x.B -> a", "column t`x.c d -> b"]);
    let lite = "create table [t] (key text -- groundplan:renamed_from=[k]\n)";
    assert_eq!(hints(lite, Sqlite), ["column t.k -> key"]);
    let view = "CREATE ALGORITHM=MERGE DEFINER=`a`@`b` SQL SECURITY DEFINER VIEW v AS SELECT 1; -- groundplan:renamed_from=w";
    assert_eq!(hints(view, MariaDb), ["view w -> v"]);
    let body = "DELIMITER //\nCREATE TABLE t (a int)// -- groundplan:renamed_from=s\n";
    assert_eq!(hints(body, MySql), ["table s -> t"]);
}

#[test]
fn hints_about_nothing_are_refused() {
    assert_eq!(hint_fault("-- groundplan:renamed_from=a\nINSERT INTO t VALUES (1);", Sqlite), (1, 1));
    assert_eq!(hint_fault("CREATE TABLE t (\n a int\n); -- groundplan:renamed_from=s", Sqlite), (3, 4));
    assert_eq!(hint_fault("CREATE TABLE t (\n a int\n -- groundplan:renamed_from=b\n);", Sqlite), (3, 2));
    assert_eq!(
        hint_fault("CREATE TABLE t (a int,\n CHECK (a > 0) -- groundplan:renamed_from=b\n);", Sqlite),
        (2, 16)
    );
    assert_eq!(hint_fault("SELECT 1; -- groundplan:renamed_from=b", Postgres), (1, 11));
    assert_eq!(hint_fault("-- groundplan:renamed_from=b\n", Postgres), (1, 1));
    assert_eq!(hint_fault("CREATE TABLE t (a int); -- groundplan:rename_from=b", Postgres), (1, 25));
    assert_eq!(hint_fault("CREATE TABLE t (a int); -- groundplan:renamed_from=b c", Postgres), (1, 25));
    assert!(hints("-- about groundplan: nothing\nSELECT 'groundplan:renamed_from=a'", Postgres).is_empty());
}

#[test]
fn a_byte_order_mark_within_a_script_stays_with_its_statement() {
    for engine in [Postgres, MySql, MariaDb, Sqlite] {
        let statements = split("a;\n\u{feff}b", engine).unwrap();
        assert_eq!(statements[1].sql, "\u{feff}b");
        let alone = terminate(statements[1].sql, engine);
        assert_eq!(split(&alone, engine).unwrap()[0].sql, "\u{feff}b");
    }
}

/// The statements stand in the script in order, and nothing between them but space, comments, delimiters and lines for
/// the client.
fn assert_covered(script: &str, engine: Engine) {
    let _readable = renames(script, engine);
    let Ok(statements) = split(script, engine) else { return };
    let mut end = 0;
    for statement in &statements {
        assert!(statement.offset >= end, "{statement:?} overlaps the one before");
        assert_eq!(&script[statement.offset..][..statement.sql.len()], statement.sql);
        let before = script[..statement.offset].trim_start_matches('\u{feff}');
        assert_eq!(statement.line, before.matches('\n').count() + 1);
        let line = before.rsplit('\n').next().unwrap_or(before);
        assert_eq!(statement.column, line.chars().count() + 1);
        end = statement.offset + statement.sql.len();
    }
    let between = Lexer::new(script, engine)
        .map(|token| token.unwrap())
        .filter(|token| matches!(token.kind, Kind::Word | Kind::Literal | Kind::Symbol));
    let mut remaining = statements.iter().peekable();
    for token in between {
        while remaining.next_if(|s| s.offset + s.sql.len() <= token.start).is_some() {}
        let statement = remaining.peek().unwrap_or_else(|| panic!("{token:?} is in no statement"));
        assert!(statement.offset <= token.start && token.end <= statement.offset + statement.sql.len());
    }
}

proptest! {
    #[test]
    fn no_text_breaks_it(script in any::<String>()) {
        for engine in ENGINES {
            assert_covered(&script, engine);
        }
    }

    #[test]
    fn no_text_of_sql_pieces_breaks_it(pieces in prop::collection::vec(piece(), 0..40)) {
        let script = pieces.concat();
        for engine in ENGINES {
            assert_covered(&script, engine);
        }
    }
}

fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "'",
        "\"",
        "`",
        "[",
        "]",
        "$",
        "$$",
        "$a$",
        "\\",
        "\\'",
        "--",
        "-- ",
        "#",
        "/*",
        "*/",
        "/*!",
        "/*M!",
        ";",
        "(",
        ")",
        "\n",
        "\r\n",
        " ",
        "a",
        "é",
        "§",
        "e'",
        "E",
        "1",
        ".",
        "CREATE ",
        "FUNCTION ",
        "TRIGGER ",
        "BEGIN ",
        "ATOMIC ",
        "CASE ",
        "END",
        "DELIMITER ",
        "DELIMITER //\n",
        "DELIMITER $$\n",
        "DELIMITER §\n",
        "//",
        "\\restrict a\n",
        "COPY ",
        "FROM ",
        "STDIN",
        "\u{feff}",
        "CREATE TABLE t (a int",
        "ON ",
        "AS ENUM",
        ",",
        "-- groundplan:renamed_from=b\n",
        "/* groundplan:renamed_from=é*/",
    ])
}

/// The corpora: `GROUNDPLAN_CORPORA`, or beside the workspace.
fn corpora() -> PathBuf {
    std::env::var_os("GROUNDPLAN_CORPORA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpora"), PathBuf::from)
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(directory).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

#[test]
fn real_schemas_are_split_whole() {
    let mut scripts = 0;
    for (folder, engine) in
        [("postgres", Postgres), ("mysql", MySql), ("mariadb", MariaDb), ("sqlite", Sqlite)]
    {
        for path in files(&corpora().join(folder)).iter().flat_map(|project| files(project)) {
            if path.extension().is_none_or(|extension| extension != "sql") {
                continue;
            }
            let script = std::fs::read_to_string(&path).unwrap();
            let statements = split(&script, engine).unwrap_or_else(|e| panic!("{}:{e}", path.display()));
            let known = [
                "ALTER", "COMMENT", "CREATE", "GRANT", "INSERT", "REVOKE", "SELECT", "SET", "UPDATE", "DROP",
                "PRAGMA",
            ];
            for statement in &statements {
                let head = statement.sql.split_ascii_whitespace().next().unwrap();
                assert!(known.contains(&head.to_uppercase().as_str()), "{}: {statement:?}", path.display());
            }
            assert_covered(&script, engine);
            let written: String =
                statements.iter().map(|statement| terminate(statement.sql, engine)).collect();
            let texts: Vec<&str> = statements.iter().map(|statement| statement.sql).collect();
            assert_eq!(self::texts(&written, engine), texts, "{}", path.display());
            scripts += 1;
        }
    }
    if scripts == 0 {
        println!("left out: no corpora in {}", corpora().display());
    } else {
        println!("{scripts} scripts of real projects are split whole");
    }
}

#[test]
fn the_mode_says_whether_a_backslash_escapes() {
    let count = |text: &str| split(text, Engine::MySql).unwrap().len();
    assert_eq!(count(r"SET sql_mode = 'NO_BACKSLASH_ESCAPES'; SELECT '\'; SELECT 2;"), 3);
    assert_eq!(count(r"SET sql_mode = 'NO_BACKSLASH_ESCAPES'; SET sql_mode = ''; SELECT '\'; SELECT 2;'"), 3);
    assert_eq!(
        count(
            r"/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_BACKSLASH_ESCAPES' */; SELECT '\';
            /*!40101 SET SQL_MODE=@OLD_SQL_MODE */; SELECT '\'; still';"
        ),
        4
    );
    let script = r"SET sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES'); SELECT '\'; SELECT 2;";
    let plain = Reading { backslash_escapes: false, ..Engine::MariaDb.into() };
    assert_eq!(split(script, plain).unwrap().len(), 3);
}
