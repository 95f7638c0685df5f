//! A type change alters or truncates stored values.

use super::prelude::*;

pub(super) const RULE: RuleDoc = RuleDoc {
    code: "GP-DL104",
    class: DataLoss,
    why: "The engine converts without complaint and rounds, truncates or reinterprets: fewer decimals, a time \
          without its zone, text that looks like a number.",
    lock: "The table is written anew under an exclusive lock (PostgreSQL), or while writers wait (MySQL, MariaDB).",
    safe: "The rows whose value would change are counted before anything is done. Add a column of the new type, fill \
           it, compare, and drop the old one later.",
    rows: &[
        Row::reported("P29", "TYPE with fewer decimals, a shorter time, or a float of less precision"),
        Row::reported("P30", "TYPE from timestamp to timestamptz or back: taken in the session's time zone"),
        Row::reported("M9", "MODIFY to a type that rounds, which strict mode does too"),
        Row::reported("S9", "text to integer or real: 00123 becomes 123"),
    ],
    lint,
};

/// Types that others are rounded or cut to.
const ROUNDING: [&str; 12] = [
    "SMALLINT", "INT", "INTEGER", "BIGINT", "REAL", "FLOAT4", "NUMERIC", "DECIMAL", "DATE", "TIME", "TIMESTAMP", "NAME",
];

/// Types that a cast by hand cuts others to.
const TEXTS: [&str; 4] = ["VARCHAR", "CHARACTER", "CHAR", "BPCHAR"];

/// The first word of a type.
fn word(ty: &str) -> String {
    ty.split([' ', '(']).next().unwrap_or_default().to_uppercase()
}

fn rounds(ty: &str) -> bool {
    ROUNDING.contains(&word(ty).as_str())
}

fn lint(fact: &Fact, setting: &Setting) -> Option<String> {
    match fact {
        Fact::ChangeType { table, column, ty, using } if setting.is_used(table) => {
            if rounds(ty) {
                return Some(format!("if {table}.{column} holds more than {ty}, its values are rounded without a word"));
            }
            let using = using.as_ref()?;
            let plain = [format!("{column} : : {ty}"), format!("{column} :: {ty}")];
            let cuts = TEXTS.contains(&word(ty).as_str()) && ty.contains('(');
            (cuts || !plain.contains(using))
                .then(|| format!("what USING makes of {table}.{column} takes its place: what does not fit is cut without a word"))
        }
        Fact::Redefine { table, column, ty, in_place: false, .. } if setting.is_used(table) => rounds(ty).then(|| {
            format!("if {table}.{} holds more than {ty}, its values are rounded without a word", column.name)
        }),
        _other => None,
    }
}

#[test]
fn types_that_round() {
    let to = |ty: &str| format!("ALTER TABLE t ALTER COLUMN a TYPE {ty} USING a::{ty}");
    for ty in ["integer", "numeric(10,2)", "date", "real", "timestamp(0)"] {
        reports(HazardCode::LossyConversion, Postgres, &to(ty), "rounded without a word");
    }
    passes(HazardCode::LossyConversion, Postgres, &to("text"));
    reports(HazardCode::LossyConversion, MySql, "ALTER TABLE t MODIFY a decimal(5,1) NULL", "rounded without a word");
    passes(HazardCode::LossyConversion, MySql, "ALTER TABLE t MODIFY a varchar(10) NULL");
}

#[test]
fn casts_by_hand() {
    reports(HazardCode::LossyConversion, Postgres, "ALTER TABLE t ALTER a TYPE varchar(3) USING a::varchar(3)", "is cut");
    reports(HazardCode::LossyConversion, Postgres, "ALTER TABLE t ALTER a TYPE text USING substr(a, 1, 3)", "is cut");
    passes(HazardCode::LossyConversion, Postgres, "ALTER TABLE t ALTER a TYPE varchar(3)");
    passes(HazardCode::LossyConversion, Postgres, "ALTER TABLE t ALTER a TYPE uuid USING a::uuid");
}
