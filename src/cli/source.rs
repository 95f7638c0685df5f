//! Where schemas come from: databases, SQL files, folders of them, and JSON.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use schema_core::{
    Canonical, Connect as _, Database, Declared, Engine, Error, Finding, Scope, Script, Session, Version,
    script,
};
use serde::{Deserialize, Serialize};

use super::connect::Url;
use super::file;

/// A place that holds a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Url(Url),
    Path(PathBuf),
}

impl FromStr for Source {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if Url::is_meant(text) { text.parse().map(Self::Url) } else { Ok(Self::Path(text.into())) }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(url) => url.fmt(f),
            Self::Path(path) => path.display().fmt(f),
        }
    }
}

/// What `inspect --format json` prints: the schema of a database as its engine knows it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Document {
    pub(super) format: u32,
    pub(super) engine: Engine,
    pub(super) server_version: Version,
    pub(super) schema: Canonical,
    #[serde(default)]
    pub(super) unmodelled: Vec<Finding>,
}

impl Document {
    /// The version of this form.
    pub(super) const FORMAT: u32 = 1;

    /// Reads the schema of a session's database.
    pub(super) async fn inspect(session: &mut dyn Session, scope: &Scope) -> Result<Self, Error> {
        let inspection = session.inspect(scope).await?;
        Ok(Self {
            format: Self::FORMAT,
            engine: session.dialect().engine(),
            server_version: session.dialect().version(),
            schema: inspection.schema,
            unmodelled: inspection.unmodelled,
        })
    }
}

/// A schema as it was found.
pub(super) enum Content {
    /// In a database.
    Live(Url),
    /// As a database was when it was inspected.
    Inspected(Box<Document>),
    /// Still to be read by an engine.
    Declared(Declared),
}

impl Source {
    /// Reads files. A database is not yet asked.
    pub(super) fn read(&self) -> Result<Content, Error> {
        let path = match self {
            Self::Url(url) => return Ok(Content::Live(url.clone())),
            Self::Path(path) => path,
        };
        if path.is_dir() {
            return folder(path).map(Content::Declared);
        }
        let text = file::read(path)?;
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("sql") => Ok(Content::Declared(scripts(vec![(path.clone(), text)]))),
            Some("json") => json(&text).map_err(file::within(path)),
            Some(_) | None => Err(Error::Input(format!(
                "{} is neither a .sql file, a folder of them, a .json schema, nor a URL",
                file::shown(path)
            ))),
        }
    }
}

fn folder(path: &Path) -> Result<Declared, Error> {
    let unreadable = |error| Error::Input(format!("{} cannot be read: {error}", file::shown(path)));
    let mut files = Vec::new();
    for entry in path.read_dir().map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        if file.is_file() && file.extension().is_some_and(|extension| extension == "sql") {
            files.push(file);
        }
    }
    if files.is_empty() {
        return Err(Error::Input(format!("{} holds no .sql file", file::shown(path))));
    }
    files.sort();
    let texts: Result<Vec<_>, Error> =
        files.into_iter().map(|path| file::read(&path).map(|text| (path, text))).collect();
    texts.map(scripts)
}

fn scripts(files: Vec<(PathBuf, String)>) -> Declared {
    let scripts =
        files.into_iter().map(|(path, text)| Script { name: path.display().to_string(), text }).collect();
    Declared { scripts, ..Declared::default() }
}

/// A list of objects, as [`Database`] is written, or what `inspect` printed.
fn json(text: &str) -> Result<Content, Error> {
    if text.trim_start().starts_with('[') {
        let schema: Database = serde_json::from_str(text)
            .map_err(|error| Error::Input(format!("this is not a list of schema objects: {error}")))?;
        return Ok(Content::Declared(schema.into()));
    }
    let document: Document = serde_json::from_str(text)
        .map_err(|error| Error::Input(format!("this is not a schema as `inspect` prints it: {error}")))?;
    if document.format != Document::FORMAT {
        return Err(Error::Input(format!(
            "the schema has form {}, and this version of Groundplan knows form {}",
            document.format,
            Document::FORMAT
        )));
    }
    Ok(Content::Inspected(Box::new(document)))
}

/// What `--to` says, or else the application's own schema, as something to be declared to the database at `url`.
pub(super) async fn declared(
    to: Option<&Source>,
    own: Option<Database>,
    url: &Url,
    scope: &Scope,
) -> Result<Declared, Error> {
    let source = match (to, own) {
        (Some(source), _) => source,
        (None, Some(schema)) => return Ok(schema.into()),
        (None, None) => return Err(missing()),
    };
    let document = match source.read()? {
        Content::Declared(declared) => return Ok(declared),
        Content::Inspected(document) => *document,
        Content::Live(other) => Document::inspect(&mut *other.connect().await?, scope).await?,
    };
    if let Some(finding) = document.unmodelled.first() {
        return Err(Error::Input(format!(
            "{source} holds what Groundplan does not model: {} ({})",
            finding.object, finding.reason
        )));
    }
    let session = url.connect().await?;
    let engine = session.dialect().engine();
    same_engine((source, document.engine), (url, engine))?;
    let statements = session.dialect().render(&document.schema)?;
    let text = statements.iter().map(|statement| script::terminate(statement.as_str(), engine)).collect();
    Ok(Declared { scripts: vec![Script { name: source.to_string(), text }], ..Declared::default() })
}

/// There is no `--to`, and no application whose schema could stand in for it.
pub(super) fn missing() -> Error {
    Error::Input("`--to SRC` is missing: the schema that the database is to match".to_owned())
}

pub(super) fn same_engine(
    one: (&dyn fmt::Display, Engine),
    other: (&dyn fmt::Display, Engine),
) -> Result<(), Error> {
    if one.1 == other.1 {
        return Ok(());
    }
    Err(Error::Input(format!("{} is a schema of {}, and {} is of {}", one.0, one.1, other.0, other.1)))
}
