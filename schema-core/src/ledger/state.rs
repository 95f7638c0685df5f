//! The table of states: what is owned, what was asked for, where the database was left.

use sea_query::{Expr, ExprTrait, Query};

use super::owned::own_effects;
use super::value::{parse, text, to_json};
use super::{Ledger, STATE, UnfinishedRun};
use crate::{Database, Error, Fingerprint, LedgerStatement, Plan, Scope};

/// The version of the ledger's form.
pub(super) const FORMAT: &str = "1";

/// Keys of the state table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// The version of the ledger's own form.
    Format,
    /// The objects that Groundplan owns, as JSON.
    Owned,
    /// The fingerprint of what was last asked for.
    Asked,
    /// The fingerprints of what was asked for, one after the other, as JSON; the last one may not be done yet.
    History,
    /// The engine's change stamp after the last run.
    Stamp,
    /// The fingerprint of the schema after the last run.
    Schema,
    /// Whether the database is marked production: its mark, or nothing.
    Mark,
}

impl Key {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Owned => "owned",
            Self::Asked => "asked",
            Self::History => "history",
            Self::Stamp => "stamp",
            Self::Schema => "schema",
            Self::Mark => "mark",
        }
    }
}

/// What the ledger says before a plan is made.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Memory {
    /// Whether the ledger exists.
    pub(crate) exists: bool,
    /// The objects that Groundplan owns, those of an unfinished run included.
    pub(crate) owned: Database,
    /// The fingerprint of what was last asked for.
    pub(crate) asked: Option<Fingerprint>,
    /// The fingerprints of what was asked for, one after the other; the last one may not be done yet.
    pub(crate) history: Vec<Fingerprint>,
    /// The fingerprint of the schema that the last run led to.
    pub(crate) schema: Option<Fingerprint>,
    /// Whether the database is marked production.
    pub(crate) production: bool,
    /// A run that was started and not finished.
    pub(crate) unfinished: Option<UnfinishedRun>,
}

impl Memory {
    /// Whether nothing else was asked for since, and nothing is half done.
    pub(crate) fn is_at(&self, asked: &Fingerprint) -> bool {
        self.asked.as_ref() == Some(asked) && self.unfinished.is_none()
    }

    /// The unfinished run, if it is one of this plan.
    pub(crate) fn unfinished_run_of(&self, plan: &Plan) -> Option<&UnfinishedRun> {
        self.unfinished.as_ref().filter(|run| run.plan.hash() == plan.hash())
    }

    /// Whether this was asked for once, and something else later.
    pub(crate) fn is_beyond(&self, asked: &Fingerprint) -> bool {
        self.history.iter().rev().skip(1).any(|earlier| earlier == asked)
    }
}

impl Ledger<'_> {
    /// The name of a value in the table of states.
    fn name(&self, key: Key) -> String {
        match (key, &self.scope) {
            (Key::Format | Key::Mark, _) | (_, None) => key.name().to_owned(),
            (Key::Owned | Key::Asked | Key::History | Key::Stamp | Key::Schema, Some(scope)) => {
                format!("{}:{scope}", key.name())
            }
        }
    }

    pub(super) async fn set(&mut self, key: Key, value: &str) -> Result<(), Error> {
        let name = self.name(key);
        let delete = Query::delete()
            .from_table(self.table(STATE))
            .and_where(Expr::col("name").eq(name.as_str()))
            .to_owned();
        self.session.ledger(&LedgerStatement::Delete(delete)).await?;
        let insert = Query::insert()
            .into_table(self.table(STATE))
            .columns(["name", "value"])
            .values_panic([name.into(), value.into()])
            .to_owned();
        self.session.ledger(&LedgerStatement::Insert(insert)).await?;
        Ok(())
    }

    async fn get(&mut self, keys: &[Key]) -> Result<Vec<(Key, String)>, Error> {
        let select = Query::select()
            .columns(["name", "value"])
            .from(self.table(STATE))
            .and_where(Expr::col("name").is_in(keys.iter().map(|key| self.name(*key))))
            .to_owned();
        let rows = self.session.ledger(&LedgerStatement::Select(select)).await?;
        let key = |name: &str| keys.iter().copied().find(|key| self.name(*key) == name);
        Ok(rows.iter().filter_map(|row| Some((key(&text(row, 0)?)?, text(row, 1)?))).collect())
    }

    /// Whether the last run left the database at what is asked for, and nothing has changed since.
    pub(crate) async fn is_current(&mut self, asked: &Fingerprint, scope: &Scope) -> Result<bool, Error> {
        let Some(stamp) = self.session.change_stamp(scope).await? else { return Ok(false) };
        let values = self.get(&[Key::Asked, Key::Stamp]).await?;
        let is = |key: Key, value: &str| values.iter().any(|(of, v)| *of == key && v == value);
        Ok(is(Key::Asked, asked.as_str()) && is(Key::Stamp, &stamp))
    }

    /// Everything that planning needs to know.
    pub(crate) async fn memory(&mut self) -> Result<Memory, Error> {
        if !self.session.has_ledger().await? {
            return Ok(Memory::default());
        }
        let values =
            self.get(&[Key::Format, Key::Owned, Key::Asked, Key::History, Key::Schema, Key::Mark]).await?;
        let value = |key: Key| values.iter().find(|(of, _)| *of == key).map(|(_, v)| v.clone());
        if let Some(format) = value(Key::Format).filter(|format| format != FORMAT) {
            return Err(Error::Newer(format!(
                "the ledger of this database has form {format}, and this version of Groundplan knows form {FORMAT}: \
                 use the version that wrote it, or a later one"
            )));
        }
        let mut owned = match value(Key::Owned) {
            Some(json) => parse(&json, "the owned objects")?,
            None => Database::new(),
        };
        let unfinished = self.unfinished().await?;
        if let Some(run) = &unfinished {
            own_effects(&mut owned, &run.plan);
        }
        let asked = value(Key::Asked).map(Fingerprint::from);
        let schema = value(Key::Schema).map(Fingerprint::from);
        let history = match value(Key::History) {
            Some(json) => parse(&json, "what was asked for earlier")?,
            None => Vec::new(),
        };
        // A mark that this version does not know may ask for more care, never for less.
        let production = value(Key::Mark).is_some();
        Ok(Memory { exists: true, owned, asked, history, schema, production, unfinished })
    }

    /// Notes what is asked for, before anything is done about it: from now on, whoever asks for what was asked before
    /// is behind. Whoever goes back to it deliberately undoes what came after it.
    pub(super) async fn extend_history(&mut self, asked: &Fingerprint) -> Result<(), Error> {
        const KEPT: usize = 200;
        let values = self.get(&[Key::History]).await?;
        let mut history: Vec<Fingerprint> = match values.first() {
            Some((_, json)) => parse(json, "what was asked for earlier")?,
            None => Vec::new(),
        };
        if history.last() == Some(asked) {
            return Ok(());
        }
        match history.iter().position(|earlier| earlier == asked) {
            Some(position) => history.truncate(position + 1),
            None => history.push(asked.clone()),
        }
        history.drain(..history.len().saturating_sub(KEPT));
        self.set(Key::History, &to_json(&history)?).await
    }

    /// Remembers what Groundplan owns from now on.
    pub(crate) async fn remember(
        &mut self,
        owned: &Database,
        asked: &Fingerprint,
        schema: &Fingerprint,
    ) -> Result<(), Error> {
        let json = to_json(owned)?;
        self.extend_history(asked).await?;
        self.set(Key::Owned, &json).await?;
        self.set(Key::Schema, schema.as_str()).await?;
        self.set(Key::Asked, asked.as_str()).await
    }

    /// Marks the database as production, or takes the mark away.
    pub(crate) async fn mark(&mut self, production: bool) -> Result<(), Error> {
        self.create().await?;
        if production {
            return self.set(Key::Mark, "production").await;
        }
        let delete = Query::delete()
            .from_table(self.table(STATE))
            .and_where(Expr::col("name").eq(Key::Mark.name()))
            .to_owned();
        self.session.ledger(&LedgerStatement::Delete(delete)).await.map(drop)
    }

    /// Remembers what Groundplan owns from now on, though nobody asked for a schema: whoever does so next is looked at.
    pub(crate) async fn own(&mut self, owned: &Database, schema: &Fingerprint) -> Result<(), Error> {
        self.set(Key::Owned, &to_json(owned)?).await?;
        self.set(Key::Schema, schema.as_str()).await?;
        self.set(Key::Asked, Fingerprint::default().as_str()).await
    }

    /// Remembers the engine's change stamp as it was when the schema was verified, unless it has changed since.
    pub(crate) async fn stamp(&mut self, verified: Option<String>, scope: &Scope) -> Result<(), Error> {
        match verified {
            Some(stamp) if self.session.change_stamp(scope).await?.as_ref() == Some(&stamp) => {
                self.set(Key::Stamp, &stamp).await
            }
            Some(_) | None => Ok(()),
        }
    }
}
