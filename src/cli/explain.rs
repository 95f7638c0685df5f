//! `explain`: what a code means and what to do. Works offline.

use std::fmt::Write as _;

use schema_core::hazard::{Answer, Holds, Row};
use schema_core::{Error, ErrorCode, HazardClass, HazardCode};
use serde_json::{Value, json};

use super::args::Explain;
use super::connect::without_secrets;
use super::exit::Exit;
use super::output::Output;

pub(super) fn run(args: &Explain, output: &Output) -> Result<Exit, Error> {
    let wanted = args.code.as_ref().map(|code| code.to_ascii_uppercase());
    let is_wanted = |code: &str| wanted.as_deref().is_none_or(|wanted| wanted == code);
    let hazards: Vec<HazardCode> =
        HazardCode::ALL.iter().copied().filter(|hazard| is_wanted(hazard.code())).collect();
    let errors: Vec<ErrorCode> =
        ErrorCode::ALL.iter().copied().filter(|error| is_wanted(error.as_str())).collect();
    if hazards.is_empty() && errors.is_empty() {
        let code = without_secrets(args.code.as_deref().unwrap_or_default());
        return Err(Error::Input(format!("there is no code {code:?}; `explain` without a code lists all")));
    }
    if output.is_json() {
        let hazards = hazards.iter().map(|hazard| hazard_json(*hazard));
        let errors = errors.iter().map(
            |error| json!({ "code": error, "kind": "error", "summary": error.summary(), "fix": error.fix() }),
        );
        output.value(&hazards.chain(errors).collect::<Vec<_>>())?;
        return Ok(Exit::Done);
    }
    let mut text = String::new();
    // Writing into a String cannot fail.
    if wanted.is_none() {
        for hazard in hazards {
            let _ = writeln!(text, "{hazard}  {}", hazard.summary());
        }
        for error in errors {
            let _ = writeln!(text, "{error}   {}", error.summary());
        }
    } else {
        for hazard in hazards {
            let _ = writeln!(
                text,
                "{hazard}: {}\n\n{}",
                hazard.summary(),
                paragraphs(hazard).iter().map(|text| wrap(text)).collect::<Vec<_>>().join("\n\n")
            );
            let rows = hazard.rule().rows;
            let _ = write!(text, "{}", if rows.is_empty() { "" } else { "\n" });
            for row in rows {
                let _ = writeln!(text, "  {}", answer(row));
            }
        }
        for error in errors {
            let _ = writeln!(text, "{error}: {}\n\nFix: {}.", error.summary(), error.fix());
        }
    }
    output.data(&text)?;
    Ok(Exit::Done)
}

fn hazard_json(hazard: HazardCode) -> Value {
    let rule = hazard.rule();
    json!({
        "code": hazard,
        "kind": "hazard",
        "class": hazard.class(),
        "summary": hazard.summary(),
        "why": rule.why,
        "lock": rule.lock,
        "safe": rule.safe,
        "consequence": consequence(hazard.class()),
        "changes": rule.rows.iter().map(|row| json!({
            "id": row.id,
            "change": row.change,
            "holds": holds(row.holds),
            "answer": done(row.answer),
            "test": row.test,
        })).collect::<Vec<_>>(),
    })
}

/// Why, the lock, the safe form, and what Groundplan does about it.
fn paragraphs(hazard: HazardCode) -> Vec<String> {
    let rule = hazard.rule();
    let titled = |title: &str, text: &str| (!text.is_empty()).then(|| format!("{title}{text}"));
    let all = [
        titled("", rule.why),
        titled("Lock: ", rule.lock),
        titled("Safe: ", rule.safe),
        Some(consequence(hazard.class()).to_owned()),
    ];
    all.into_iter().flatten().collect()
}

fn answer(row: &Row) -> String {
    let versions = match holds(row.holds) {
        every if every.is_empty() => every,
        some => format!(" ({some})"),
    };
    format!("{} {}{versions}: {}", row.id, row.change, done(row.answer))
}

fn done(answer: Answer) -> String {
    match answer {
        Answer::Avoided(route) => format!("planned around: {route}"),
        Answer::Reported => "reported".to_owned(),
        Answer::NeverPlanned => "never planned; reported in hand-written SQL".to_owned(),
    }
}

fn holds(versions: Holds) -> String {
    match versions {
        Holds::Every => String::new(),
        Holds::From(version) => format!("from {version}"),
        Holds::Before(version) => format!("before {version}"),
        Holds::Only(engine) => format!("{engine} only"),
    }
}

/// What Groundplan does about a step with a hazard of this class.
fn consequence(class: HazardClass) -> &'static str {
    match class {
        HazardClass::DataLoss => {
            "Data is lost or changed: the step is applied only with an approval, under every policy."
        }
        HazardClass::Breaking => {
            "Running code may break: the step needs an approval, except under the development policy."
        }
        HazardClass::Blocking => {
            "Others have to wait: unless the table is known to be small, the step needs an approval, except under the \
             development policy."
        }
        HazardClass::DataDependent => {
            "Rows decide whether it can be done: they are looked at before anything is changed."
        }
        HazardClass::Script => "Found in hand-written SQL only: a plan does not do it.",
        HazardClass::Project => {
            "The project decides how grave it is; an error needs an approval under every policy."
        }
        HazardClass::Notice => "Good to know: the step is applied without an approval.",
    }
}

/// Breaks a paragraph into lines of a comfortable width.
fn wrap(text: &str) -> String {
    const WIDTH: usize = 90;
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) | None => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}
