//! A file is read or written.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-SQ611",
    class: Script,
    why: "LOAD DATA, COPY and INTO OUTFILE read and write files by name, most of them on the server: what stands in them is \
          not in the script, they are not there on the next machine, and rows can leave the database by them.",
    lock: "",
    safe: "Let the rows stand in the script, or send them through the client: COPY … FROM STDIN.",
    rows: &[],
    lint,
};

fn lint(fact: &Fact, _: &Setting) -> Option<String> {
    match fact {
        Fact::File { by } => Some(format!("{by} depends on what is not in the script")),
        _other => None,
    }
}

#[test]
fn files_by_name() {
    reports(HazardCode::FilesTouched, MySql, "LOAD DATA LOCAL INFILE 'a.csv' INTO TABLE t", "LOAD DATA");
    reports(HazardCode::FilesTouched, MariaDb, "LOAD XML INFILE 'a.xml' INTO TABLE t", "LOAD XML");
    reports(HazardCode::FilesTouched, MySql, "SELECT * INTO OUTFILE '/tmp/a' FROM t", "INTO a file");
    reports(HazardCode::FilesTouched, Postgres, "COPY t (a, b) FROM '/tmp/a.csv' WITH (FORMAT csv)", "COPY … FROM");
    reports(HazardCode::FilesTouched, Postgres, "COPY (SELECT 1) TO '/tmp/a'", "COPY … TO");
    passes(HazardCode::FilesTouched, Postgres, "COPY t TO STDOUT");
}
