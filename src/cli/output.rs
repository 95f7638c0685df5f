//! What is printed, and where: data to stdout, everything else to stderr.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use schema_core::{Error, ErrorClass, Location};
use serde::Serialize;
use serde_json::{Value, json};

use super::exit::Exit;

/// The two streams, and whether a program reads them.
#[derive(Clone)]
pub(super) struct Output {
    json: bool,
    mute: bool,
}

impl Output {
    pub(super) fn new(json: bool) -> Self {
        Self { json, mute: false }
    }

    /// One that nobody hears.
    #[cfg(test)]
    pub(super) fn mute(json: bool) -> Self {
        Self { json, mute: true }
    }

    /// Whether everything is to be JSON.
    pub(super) fn is_json(&self) -> bool {
        self.json
    }

    /// Prints data. A reader that has seen enough is no error.
    pub(super) fn data(&self, text: &str) -> Result<(), Error> {
        if self.mute {
            return Ok(());
        }
        let mut stdout = io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Error::Input(format!("stdout cannot be written: {error}")))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Prints data as JSON.
    pub(super) fn value(&self, value: &impl Serialize) -> Result<(), Error> {
        let text = serde_json::to_string_pretty(value).map_err(|error| Error::Internal(error.to_string()))?;
        self.data(&format!("{text}\n"))
    }

    /// Tells people something, unless a program reads along. Whether anybody hears it does not matter.
    pub(super) fn note(&self, text: &str) {
        if !self.json && !self.mute {
            let _ = writeln!(io::stderr(), "{text}");
        }
    }

    /// Reports an error, and says how the process ends.
    pub(super) fn error(&self, error: &Error) -> Exit {
        let text =
            if self.json { format!("{:#}", json!({ "error": as_json(error) })) } else { as_text(error) };
        let _ = writeln!(io::stderr(), "{}", text.trim_end());
        error.class().into()
    }
}

fn as_text(error: &Error) -> String {
    let mut text = match error {
        Error::Script { location, message, statement } => {
            format!(
                "error[{}]: {location}: {message}{}",
                error.code(),
                excerpt(location, statement.as_deref())
            )
        }
        other => format!("error[{}]: {other}", other.code()),
    };
    // Writing into a String cannot fail.
    let _ = write!(text, "\n  fix: {}", error.code().fix());
    text
}

/// The line of the script with a mark under the place, or the statement where the script is no file.
fn excerpt(location: &Location, statement: Option<&str>) -> String {
    const LONGEST: usize = 160;
    let file = std::fs::read_to_string(&location.file).unwrap_or_default();
    let line =
        location.line.checked_sub(1).and_then(|index| file.trim_start_matches('\u{feff}').lines().nth(index));
    match (line, statement) {
        (Some(line), _) if line.chars().count() <= LONGEST => {
            let number = location.line.to_string();
            // Tabs stay tabs, so that the mark stands under its place.
            let before = line.chars().take(location.column.saturating_sub(1));
            let indent: String = before.map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
            let margin = " ".repeat(number.len());
            format!("\n {margin} |\n {number} | {line}\n {margin} | {indent}^")
        }
        (_, Some(statement)) => {
            let words = statement.split_whitespace().collect::<Vec<_>>().join(" ");
            format!("\n  in: {}", words.chars().take(LONGEST).collect::<String>())
        }
        (_, None) => String::new(),
    }
}

fn as_json(error: &Error) -> Value {
    let class = match error.class() {
        ErrorClass::Unexpected => "unexpected",
        ErrorClass::Precondition => "precondition",
        ErrorClass::Decision => "decision",
    };
    let mut value = json!({
        "code": error.code(),
        "class": class,
        "message": error.to_string(),
        "fix": error.code().fix(),
    });
    let details = match error {
        Error::InvalidSchema(problems) => json!({ "problems": problems }),
        Error::Script { location, message, statement } => json!({
            "file": location.file, "line": location.line, "column": location.column,
            "cause": message, "statement": statement,
        }),
        Error::Connect { target, message } => json!({ "target": target, "cause": message }),
        Error::Database { engine, object, statement, code, message, transient } => json!({
            "engine": engine, "object": object, "statement": statement,
            "engine_code": code, "cause": message, "transient": transient,
        }),
        Error::Unsupported { object, reason } => json!({ "object": object, "cause": reason }),
        Error::RenameConflict { from, to } => json!({ "from": from, "to": to }),
        Error::Refused(refusal) => json!({
            "steps": refusal.steps.iter().map(|(step, reason)| json!({ "step": step, "reason": reason })).collect::<Vec<_>>(),
            "evidence": refusal.evidence,
            "plan_hash": refusal.plan.hash(),
            "plan": refusal.plan,
        }),
        Error::ProbeFailed(failures) => json!({ "probes": failures }),
        Error::Blocked(blockers) => json!({ "blockers": blockers }),
        Error::BaseChanged { expected, found } => json!({ "expected": expected, "found": found }),
        _other => json!({}),
    };
    if let (Value::Object(value), Value::Object(details)) = (&mut value, details) {
        value.extend(details);
    }
    value
}

/// An argument as a shell takes it.
pub(super) fn shell(argument: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !argument.is_empty() && argument.chars().all(plain) {
        argument.to_owned()
    } else {
        format!("'{}'", argument.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::shell;

    #[test]
    fn arguments_are_quoted_for_the_shell() {
        assert_eq!(shell("plans/a-1.json"), "plans/a-1.json");
        assert_eq!(shell("my plan's.json"), r"'my plan'\''s.json'");
        assert_eq!(shell(""), "''");
    }
}
