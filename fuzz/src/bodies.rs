//! What must hold of any text at all: the bodies of the fuzz targets, which the usual tests run too, on random texts.

use groundplan::Approval;
use groundplan::core::diff::{Renames, diff};
use groundplan::core::{
    Canonical, Database, Dependencies, Dialect, Engine, Plan, Rules, Script, Version, lint, script,
};
use groundplan::mysql::{Flavour, MySqlDialect, TableNames};
use groundplan::postgres::PgDialect;
use groundplan::sqlite::SqliteDialect;

const ENGINES: [Engine; 4] = [Engine::Postgres, Engine::MySql, Engine::MariaDb, Engine::Sqlite];

/// A script is split, or refused at a place in it; each statement can be written down alone and read again. What it does
/// is told, or that it is not understood.
pub fn split(text: &str) {
    for engine in ENGINES {
        let script = Script { name: "a.sql".to_owned(), text: text.to_owned() };
        assert_eq!(
            lint::lint(&[script], engine, &Rules::default()).is_ok(),
            script::split(text, engine).is_ok()
        );
        let Ok(statements) = script::split(text, engine) else { continue };
        // The last one may end with the text, within a parenthesis that nothing closes.
        let whole = statements.split_last().map(|(_, whole)| whole).unwrap_or_default();
        for statement in whole {
            assert!(text.contains(statement.sql), "{engine}: another text");
            let alone = script::terminate(statement.sql, engine);
            let again =
                script::split(&alone, engine).map(|found| found.iter().map(|s| s.sql.to_owned()).collect());
            assert_eq!(again, Ok(vec![statement.sql.to_owned()]), "{engine}: {alone:?}");
        }
    }
}

/// Hints are read, or refused.
pub fn hints(text: &str) {
    for engine in ENGINES {
        let marked = format!("-- groundplan:renamed_from={text}");
        for text in [text, &marked] {
            let _ = script::renames(text, engine);
        }
    }
}

/// What SQLite might store is read, or said to be unread.
pub fn stored(text: &str) {
    groundplan::sqlite::read_stored(text);
}

/// A plan file is read and shown, or refused.
pub fn plan(text: &str) {
    if let Ok(plan) = Plan::from_json(text) {
        let json = plan.to_json().expect("it was JSON");
        assert_eq!(Plan::from_json(&json).as_ref().ok(), Some(&plan));
    }
    // Without its hash, which no fuzzer guesses.
    if let Ok(plan) = serde_json::from_str::<Plan>(text) {
        let _ = (plan.to_string(), plan.to_sql(), plan.hash());
        let _ = groundplan::ApplyPolicy::startup().objections(&plan);
        let _ = Approval::of(&plan, 1..=plan.steps.len());
    }
}

/// An approval file is read and written, or refused.
pub fn approval(text: &str) {
    if let Ok(approval) = serde_json::from_str::<Approval>(text) {
        let json = serde_json::to_string(&approval).expect("it was JSON");
        assert_eq!(serde_json::from_str::<Approval>(&json).ok(), Some(approval));
    }
}

/// A schema in JSON is checked and rendered, or refused, and differs from itself in nothing.
pub fn schema(text: &str) {
    let Ok(schema) = serde_json::from_str::<Database>(text) else { return };
    let json = serde_json::to_string(&schema).expect("it was JSON");
    assert_eq!(serde_json::from_str::<Database>(&json).ok().as_ref(), Some(&schema));
    let canonical = Canonical::observed(schema.clone(), Dependencies::default());
    assert!(diff(&canonical, &canonical, &Renames::default()).is_empty());
    let dialects: [&dyn Dialect; 4] = [
        &PgDialect::new(Version::new(18, 0, 0)),
        &MySqlDialect {
            flavour: Flavour::MySql,
            version: Version::new(9, 7, 0),
            tables: TableNames::AsDeclared,
        },
        &MySqlDialect {
            flavour: Flavour::MariaDb,
            version: Version::new(11, 8, 0),
            tables: TableNames::LowerCase,
        },
        &SqliteDialect::new(Version::new(3, 51, 0)),
    ];
    for dialect in dialects {
        if dialect.check(&schema).is_empty() {
            let _ = dialect.render(&canonical);
        }
    }
}
