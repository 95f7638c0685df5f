//! `lint`: hazards in hand-written SQL.

use std::fmt::Write as _;

use schema_core::lint::{Findings, ScriptHazard, lint};
use schema_core::{Error, Rules, Script, Severity};

use super::args::{Lint, LintFormat};
use super::exit::Exit;
use super::file;
use super::output::Output;

pub(super) fn run(args: &Lint, rules: &Rules, output: &Output) -> Result<Exit, Error> {
    let script = |path: &std::path::PathBuf| -> Result<Script, Error> {
        Ok(Script { name: path.display().to_string(), text: file::read(path)? })
    };
    let scripts: Vec<Script> = args.files.iter().map(script).collect::<Result<_, _>>()?;
    let found = lint(&scripts, args.engine.into(), rules)?;
    let format = if output.is_json() { LintFormat::Json } else { args.format };
    match format {
        LintFormat::Text => output.data(&as_text(&found))?,
        LintFormat::Json => output.value(&found)?,
        LintFormat::Github => {
            output.data(&found.hazards.iter().map(annotation).collect::<Vec<_>>().concat())?;
        }
    }
    if format != LintFormat::Json {
        found.waivers.iter().for_each(|waiver| output.note(waiver));
    }
    Ok(if found.gravest() == Some(Severity::Error) { Exit::Refused } else { Exit::Done })
}

fn as_text(found: &Findings) -> String {
    let mut text = String::new();
    for ScriptHazard { file, line, column, hazard, .. } in &found.hazards {
        // Writing into a String cannot fail.
        let _ = writeln!(
            text,
            "{file}:{line}:{column}: {}[{}] {}",
            hazard.severity,
            hazard.name(),
            hazard.message
        );
        if let Some(reason) = &hazard.waived {
            let _ = writeln!(text, "  waived: {reason}");
        }
    }
    let count = |severity| found.hazards.iter().filter(|found| found.hazard.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let _ = writeln!(text, "{errors} errors, {warnings} warnings");
    text
}

/// <https://docs.github.com/actions/reference/workflow-commands-for-github-actions#setting-an-error-message>
fn annotation(found: &ScriptHazard) -> String {
    let escaped = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| escaped(text).replace(':', "%3A").replace(',', "%2C");
    let level = match found.hazard.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Off => "notice",
    };
    format!(
        "::{level} file={},line={},col={},title={}::{}\n",
        property(&found.file),
        found.line,
        found.column,
        property(&found.hazard.name().to_string()),
        escaped(&found.hazard.message)
    )
}
