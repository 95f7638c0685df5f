//! Rules over hand-written SQL.
//!
//! A script is read statement by statement into [`Fact`]s, by its words alone: no server is asked. Each rule of the
//! catalogue says what a fact means where it stands. What a reader of words cannot understand is reported by name,
//! never passed over.

pub use crate::facts::{
    ConstraintKind, Fact, Fill, Kind, NewColumn, NewConstraint, NewDefault, Nulls, Told, Writing,
};

use serde::{Deserialize, Serialize};

use crate::facts::{Setting, facts};
use crate::hazard::Rules;
use crate::{Engine, Error, Hazard, HazardCode, ObjectId, Script, Severity, script};

/// A hazard in a script, and where it stands.
///
/// ```
/// use schema_core::{Engine, Rules, Script, lint};
/// let script = Script { name: "3.sql".to_owned(), text: "SELECT 1;\nDROP TABLE logs;".to_owned() };
/// let found = &lint::lint(&[script], Engine::Sqlite, &Rules::default())?.hazards[0];
/// assert_eq!((found.file.as_str(), found.line, found.column), ("3.sql", 2, 1));
/// assert_eq!(found.object.as_ref().unwrap().to_string(), "table logs");
/// # Ok::<(), schema_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScriptHazard {
    /// The script.
    pub file: String,
    /// The line of the statement, from 1.
    pub line: usize,
    /// Its column, from 1.
    pub column: usize,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectId>,
    /// The hazard.
    #[serde(flatten)]
    pub hazard: Hazard,
}

/// What rules find in scripts.
///
/// ```
/// use schema_core::lint::Findings;
/// use schema_core::Severity;
///
/// fn fails_the_build(findings: &Findings) -> bool {
///     findings.gravest() >= Some(Severity::Error)
/// }
/// assert!(!fails_the_build(&Findings::default()));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// The hazards, in the order of the scripts.
    pub hazards: Vec<ScriptHazard>,
    /// Waivers that are of no use, or no longer hold.
    pub waivers: Vec<String>,
}

impl Findings {
    /// The gravest severity among them.
    pub fn gravest(&self) -> Option<Severity> {
        self.hazards.iter().map(|found| found.hazard.severity).max()
    }
}

/// Looks for hazards in hand-written scripts. Each is read as one that is run by itself, on a database with rows.
///
/// ```
/// use schema_core::{Engine, Rules, Script, Severity, lint};
///
/// let script = Script { name: "3.sql".to_owned(), text: "CREATE INDEX i ON orders (customer);".to_owned() };
/// let found = lint::lint(&[script], Engine::Postgres, &Rules::default())?;
/// assert_eq!(found.hazards[0].hazard.code.code(), "GP-BL303");
/// assert_eq!(found.gravest(), Some(Severity::Error));
/// # Ok::<(), schema_core::Error>(())
/// ```
///
/// # Errors
/// [`Error::Script`] for a script that cannot be cut into statements.
pub fn lint(scripts: &[Script], engine: Engine, rules: &Rules) -> Result<Findings, Error> {
    let mut bench = rules.bench();
    let mut hazards = Vec::new();
    for script in scripts {
        let statements = script::split(&script.text, engine).map_err(|error| error.within(&script.name))?;
        let mut setting = Setting::new(engine);
        for statement in statements {
            for fact in facts(statement.sql, engine) {
                let object = fact.object();
                let found = |mut hazard: Hazard| {
                    let kept = bench.settle(&mut hazard, object.as_ref());
                    kept.then(|| ScriptHazard {
                        file: script.name.clone(),
                        line: statement.line,
                        column: statement.column,
                        object: object.clone(),
                        hazard,
                    })
                };
                hazards.extend(judge(&fact, &setting, rules).into_iter().filter_map(found));
                setting.pass(&fact);
            }
        }
    }
    Ok(Findings { hazards, waivers: bench.complaints() })
}

/// What all rules have to say about a fact.
fn judge(fact: &Fact, setting: &Setting, rules: &Rules) -> Vec<Hazard> {
    let code = |code: &HazardCode| Some(Hazard::new(*code, (code.rule().lint)(fact, setting)?));
    let mut hazards: Vec<Hazard> = HazardCode::ALL.iter().filter_map(code).collect();
    hazards.extend(rules.check_sql(fact, setting.engine));
    hazards
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{Findings, lint};
    use crate::{Engine, HazardCode, Rules, Script, Severity, Waiver};

    /// What is found in a script.
    pub(crate) fn found(engine: Engine, text: &str) -> Findings {
        let script = Script { name: "a.sql".to_owned(), text: text.to_owned() };
        lint(&[script], engine, &Rules::default()).expect("it can be read")
    }

    /// That a script has a hazard, and says this about it.
    #[track_caller]
    pub(crate) fn reports(code: HazardCode, engine: Engine, text: &str, says: &str) {
        let found = found(engine, text);
        let messages: Vec<&str> = found
            .hazards
            .iter()
            .filter(|found| found.hazard.code == code)
            .map(|found| found.hazard.message.as_str())
            .collect();
        assert!(messages.iter().any(|message| message.contains(says)), "{text}: {found:#?}");
    }

    /// That a script does not have a hazard.
    #[track_caller]
    pub(crate) fn passes(code: HazardCode, engine: Engine, text: &str) {
        let found = found(engine, text);
        assert!(found.hazards.iter().all(|found| found.hazard.code != code), "{text}: {found:#?}");
    }

    #[test]
    fn a_finding_says_where() {
        let found = found(Engine::Postgres, "-- first\nSELECT 1;\n  DROP TABLE shop.orders;");
        let hazard = &found.hazards[0];
        assert_eq!((hazard.file.as_str(), hazard.line, hazard.column), ("a.sql", 3, 3));
        assert_eq!(hazard.object.as_ref().map(ToString::to_string).as_deref(), Some("table shop.orders"));
        assert_eq!((hazard.hazard.code, found.gravest()), (HazardCode::DropTable, Some(Severity::Error)));
    }

    #[test]
    fn what_is_new_harms_nobody() {
        for engine in [Engine::Postgres, Engine::MySql, Engine::MariaDb, Engine::Sqlite] {
            let text = "CREATE TABLE t (id integer PRIMARY KEY, a integer NOT NULL, CHECK (a > 0));
                        CREATE INDEX i ON t (a); INSERT INTO t VALUES (1, 1); DROP TABLE t;";
            assert_eq!(found(engine, text).hazards, [], "{engine}");
        }
    }

    #[test]
    fn waivers_hold_for_scripts_too() {
        let script = |object: &str| Script {
            name: "a.sql".to_owned(),
            text: format!("CREATE INDEX i ON {object} (a)"),
        };
        let rules = Rules::default().waive(Waiver::new(HazardCode::IndexBuildUnderLock, "small", "ten rows"));
        let rules = rules.expect("a waiver");
        let found =
            lint(&[script("small"), script("large")], Engine::Postgres, &rules).expect("it can be read");
        let severities: Vec<Severity> = found
            .hazards
            .iter()
            .filter(|found| found.hazard.code == HazardCode::IndexBuildUnderLock)
            .map(|found| found.hazard.severity)
            .collect();
        assert_eq!((severities, found.waivers), (vec![Severity::Info, Severity::Error], Vec::new()));
        let unused = lint(&[script("large")], Engine::Postgres, &rules).expect("it can be read");
        assert!(unused.waivers[0].contains("is not used"));
    }
}
