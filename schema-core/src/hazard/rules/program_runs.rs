//! A program or library runs on the server.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-BC208",
    class: Breaking,
    why: "COPY … PROGRAM hands a line to the server's shell; LOAD and load_extension bring foreign machine code into the \
          server's process. Both may do whatever the server may, on its own machine, and no transaction takes it back.",
    lock: "",
    safe: "Let the client run the program, and send what it says through COPY … FROM STDIN. Libraries belong into the \
           server's configuration.",
    rows: &[],
    lint,
};

fn lint(fact: &Fact, _: &Setting) -> Option<String> {
    match fact {
        Fact::Program { by } => Some(format!("{by} runs what the script does not show, with the rights of the server")),
        _other => None,
    }
}

#[test]
fn programs_and_libraries() {
    reports(HazardCode::ProgramRuns, Postgres, "COPY t FROM PROGRAM 'curl example.com'", "FROM PROGRAM");
    reports(HazardCode::ProgramRuns, Postgres, "COPY (SELECT 1) TO PROGRAM 'sh'", "TO PROGRAM");
    reports(HazardCode::ProgramRuns, Postgres, "LOAD 'auto_explain'", "LOAD");
    reports(HazardCode::ProgramRuns, Sqlite, "SELECT load_extension('./spellfix')", "load_extension");
    passes(HazardCode::ProgramRuns, Postgres, "COPY t (a, program) TO STDOUT");
}
