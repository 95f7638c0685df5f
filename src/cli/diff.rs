//! `diff`: the SQL that leads from one schema to another.

use schema_core::diff::Renames;
use schema_core::{Canonical, Connect as _, Database, Declared, Engine, Error, Scope, Session, plan_between};

use super::args::Diff;
use super::connect::Url;
use super::exit::Exit;
use super::output::Output;
use super::source::{self, Content, Document};

pub(super) async fn run(args: Diff, own: Option<Database>, output: &Output) -> Result<Exit, Error> {
    let from = Side { name: args.from.to_string(), content: args.from.read()? };
    let to = match (&args.to, own) {
        (Some(source), _) => Side { name: source.to_string(), content: source.read()? },
        (None, Some(schema)) => {
            Side { name: "the application".to_owned(), content: Content::Declared(schema.into()) }
        }
        (None, None) => return Err(source::missing()),
    };
    let url = workshop(&args, &from, &to)?;
    let mut session = url.connect().await?;
    let before = from.canonical(&url, &mut *session, output).await?;
    let after = to.canonical(&url, &mut *session, output).await?;
    let renames: Renames = args.renames.renames.into_iter().collect();
    let nothing = Declared::default();
    let declared = if let Content::Declared(declared) = &to.content { declared } else { &nothing };
    let plan = plan_between(session.dialect(), &before, &after, declared, &renames)?;
    if output.is_json() {
        output.data(&format!("{}\n", plan.to_json()?))?;
    } else {
        if plan.is_empty() {
            output.note("no difference");
        }
        plan.notes.iter().for_each(|note| output.note(&format!("note: {note}")));
        output.data(&plan.to_sql())?;
    }
    Ok(Exit::Done)
}

/// The database whose engine reads and compares the two.
fn workshop(args: &Diff, from: &Side, to: &Side) -> Result<Url, Error> {
    let live = |side: &Side| match &side.content {
        Content::Live(url) => Some(url.clone()),
        Content::Inspected(_) | Content::Declared(_) => None,
    };
    if let Some(url) = args.dev_url.clone().or_else(|| live(to)).or_else(|| live(from)) {
        return Ok(url);
    }
    let engine = args.engine.map(Engine::from).or_else(|| from.engine()).or_else(|| to.engine());
    match engine {
        Some(Engine::Sqlite) => Ok(Url::sqlite_in_memory()),
        Some(engine) => Err(Error::Input(format!(
            "{engine} itself reads the schemas: `--dev-url URL` says where one can be found; nothing in it is changed"
        ))),
        None => Err(Error::Input(
            "which engine reads these schemas? Say `--dev-url URL`, or `--engine sqlite`".to_owned(),
        )),
    }
}

struct Side {
    name: String,
    content: Content,
}

impl Side {
    fn engine(&self) -> Option<Engine> {
        match &self.content {
            Content::Live(url) => Some(url.engine),
            Content::Inspected(document) => Some(document.engine),
            Content::Declared(_) => None,
        }
    }

    /// The schema as the workshop's engine knows it.
    async fn canonical(
        &self,
        url: &Url,
        session: &mut dyn Session,
        output: &Output,
    ) -> Result<Canonical, Error> {
        let engine = session.dialect().engine();
        let (schema, unmodelled, found) = match &self.content {
            Content::Live(own) => {
                let document = if own == url {
                    Document::inspect(session, &Scope::default()).await?
                } else {
                    Document::inspect(&mut *own.connect().await?, &Scope::default()).await?
                };
                (document.schema, document.unmodelled, document.engine)
            }
            Content::Inspected(document) => {
                (document.schema.clone(), document.unmodelled.clone(), document.engine)
            }
            Content::Declared(declared) => {
                let inspection = session.canonicalize(declared, &Scope::default()).await?;
                (inspection.schema, inspection.unmodelled, engine)
            }
        };
        source::same_engine((&self.name, found), (url, engine))?;
        for finding in unmodelled {
            output.note(&format!("not compared in {}: {} ({})", self.name, finding.object, finding.reason));
        }
        Ok(schema)
    }
}
