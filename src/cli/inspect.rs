//! `inspect`: the schema of a database.

use schema_core::{Connect as _, Error, script};

use super::args::{Inspect, SchemaFormat};
use super::exit::Exit;
use super::output::Output;
use super::plan::scope;
use super::source::Document;
use crate::codegen;

pub(super) async fn run(args: Inspect, output: &Output) -> Result<Exit, Error> {
    let mut session = args.url.connect().await?;
    if args.format == SchemaFormat::Rust {
        let rust = codegen::rust_of(&mut *session, &scope(args.privileges, args.roles, &args.url)?).await?;
        if output.is_json() {
            output.value(&rust)?;
            return Ok(Exit::Done);
        }
        output.data(&rust.code)?;
        for finding in &rust.left_out {
            output.note(&format!("left out: {} ({})", finding.object, finding.reason));
        }
        return Ok(Exit::Done);
    }
    let document = Document::inspect(&mut *session, &scope(args.privileges, args.roles, &args.url)?).await?;
    let format = if output.is_json() { SchemaFormat::Json } else { args.format };
    match format {
        SchemaFormat::Json | SchemaFormat::Rust => output.value(&document)?,
        SchemaFormat::Sql => {
            for finding in &document.unmodelled {
                output.note(&format!("left out: {} ({})", finding.object, finding.reason));
            }
            let statements = session.dialect().render(&document.schema)?;
            let sql: Vec<String> = statements
                .iter()
                .map(|statement| script::terminate(statement.as_str(), document.engine))
                .collect();
            output.data(&sql.join("\n"))?;
        }
    }
    Ok(Exit::Done)
}
