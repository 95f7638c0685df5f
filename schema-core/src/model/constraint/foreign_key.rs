//! Foreign keys.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Deferrability, content_key};
use crate::model::{Part, is_default, is_yes, yes};
use crate::{Name, QualifiedName};

/// What happens to referencing rows.
///
/// ```
/// use schema_core::{ForeignKey, ForeignKeyAction};
/// let key = ForeignKey::new(["author"], "users", ["id"]).on_delete(ForeignKeyAction::Cascade);
/// assert_eq!(key.on_delete, ForeignKeyAction::Cascade);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForeignKeyAction {
    /// Refuse, at the time the constraint is checked.
    #[default]
    NoAction,
    /// Refuse at once.
    Restrict,
    /// Do the same to the referencing rows.
    Cascade,
    /// Set the referencing columns to NULL.
    SetNull,
    /// Set the referencing columns to their defaults.
    SetDefault,
}

impl fmt::Display for ForeignKeyAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoAction => "no action",
            Self::Restrict => "restrict",
            Self::Cascade => "cascade",
            Self::SetNull => "set null",
            Self::SetDefault => "set default",
        })
    }
}

/// How NULLs in a composite foreign key are treated.
///
/// ```
/// use schema_core::{ForeignKey, MatchKind};
/// let mut key = ForeignKey::new(["org", "person"], "members", ["org", "person"]);
/// key.match_kind = MatchKind::Full;
/// assert_ne!(key.match_kind, MatchKind::default());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchKind {
    /// Any NULL satisfies the constraint.
    #[default]
    Simple,
    /// All or none are NULL.
    Full,
    /// Not implemented by any engine, but kept by some.
    Partial,
}

/// A reference to another table's rows.
///
/// ```
/// use schema_core::{ForeignKey, ForeignKeyAction};
/// let author = ForeignKey::new(["author_id"], "users", ["id"]).on_delete(ForeignKeyAction::Cascade);
/// # let _ = author;
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForeignKey {
    /// Its name, or the one that the engine gives.
    #[serde(default, skip_serializing_if = "is_default")]
    pub name: Option<Name>,
    /// The referencing columns.
    pub columns: Vec<Name>,
    /// The referenced table.
    pub references: QualifiedName,
    /// The referenced columns; empty means the primary key.
    #[serde(default, skip_serializing_if = "is_default")]
    pub referenced_columns: Vec<Name>,
    /// What an UPDATE of the referenced row does.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_update: ForeignKeyAction,
    /// What a DELETE of the referenced row does.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_delete: ForeignKeyAction,
    /// PostgreSQL 15: only these columns are set by `ON DELETE SET NULL` or `SET DEFAULT`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub set_columns: Vec<Name>,
    /// How NULLs are treated.
    #[serde(default, skip_serializing_if = "is_default")]
    pub match_kind: MatchKind,
    /// When it is checked.
    #[serde(default, skip_serializing_if = "is_default")]
    pub deferrability: Deferrability,
    /// PostgreSQL 18: the last columns are periods.
    #[serde(default, skip_serializing_if = "is_default")]
    pub period: bool,
    /// Whether existing rows are known to satisfy it.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub validated: bool,
    /// Whether it is enforced at all.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub enforced: bool,
    /// Its comment.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comment: Option<String>,
    /// The name it had before. Declared only.
    #[serde(default, skip_serializing_if = "is_default")]
    pub renamed_from: Option<Name>,
}

impl ForeignKey {
    /// A foreign key from columns to columns of another table.
    ///
    /// ```
    /// use schema_core::ForeignKey;
    /// let author = ForeignKey::new(["author"], "users", ["id"]);
    /// assert_eq!(author.references.to_string(), "users");
    /// ```
    pub fn new<C: Into<Name>, R: Into<Name>>(
        columns: impl IntoIterator<Item = C>,
        references: impl Into<QualifiedName>,
        referenced_columns: impl IntoIterator<Item = R>,
    ) -> Self {
        Self {
            name: None,
            columns: columns.into_iter().map(Into::into).collect(),
            references: references.into(),
            referenced_columns: referenced_columns.into_iter().map(Into::into).collect(),
            on_update: ForeignKeyAction::NoAction,
            on_delete: ForeignKeyAction::NoAction,
            set_columns: Vec::new(),
            match_kind: MatchKind::Simple,
            deferrability: Deferrability::NotDeferrable,
            period: false,
            validated: true,
            enforced: true,
            comment: None,
            renamed_from: None,
        }
    }

    /// Names the constraint.
    ///
    /// ```
    /// use schema_core::ForeignKey;
    /// let author = ForeignKey::new(["author"], "users", ["id"]).named("posts_author");
    /// assert_eq!(author.name.unwrap(), "posts_author");
    /// ```
    pub fn named(mut self, name: impl Into<Name>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets what a DELETE of the referenced row does.
    ///
    /// ```
    /// use schema_core::{ForeignKey, ForeignKeyAction};
    /// let author = ForeignKey::new(["author"], "users", ["id"]).on_delete(ForeignKeyAction::Cascade);
    /// assert_eq!(author.on_delete, ForeignKeyAction::Cascade);
    /// ```
    pub fn on_delete(mut self, action: ForeignKeyAction) -> Self {
        self.on_delete = action;
        self
    }

    /// Sets what an UPDATE of the referenced row does.
    ///
    /// ```
    /// use schema_core::{ForeignKey, ForeignKeyAction};
    /// let author = ForeignKey::new(["author"], "users", ["id"]).on_update(ForeignKeyAction::Restrict);
    /// assert_eq!(author.on_update, ForeignKeyAction::Restrict);
    /// ```
    pub fn on_update(mut self, action: ForeignKeyAction) -> Self {
        self.on_update = action;
        self
    }

    /// Sets when it is checked.
    ///
    /// ```
    /// use schema_core::{Deferrability, ForeignKey};
    /// let author = ForeignKey::new(["author"], "users", ["id"]);
    /// let author = author.deferrability(Deferrability::InitiallyDeferred);
    /// assert_ne!(author.deferrability, Deferrability::NotDeferrable);
    /// ```
    pub fn deferrability(mut self, deferrability: Deferrability) -> Self {
        self.deferrability = deferrability;
        self
    }

    /// Says that the constraint was called `old`, so that it is renamed rather than made again.
    ///
    /// ```
    /// use schema_core::ForeignKey;
    /// let author = ForeignKey::new(["author"], "users", ["id"]).named("posts_author").renamed_from("fk1");
    /// assert!(author.renamed_from.is_some());
    /// ```
    pub fn renamed_from(mut self, old: impl Into<Name>) -> Self {
        self.renamed_from = Some(old.into());
        self
    }
}

impl Part for ForeignKey {
    fn key(&self) -> Name {
        self.name.clone().unwrap_or_else(|| {
            let columns = self.columns.iter().map(Name::to_string);
            let target = self.references.to_string();
            let referenced = self.referenced_columns.iter().map(Name::to_string);
            let actions = [("on update", self.on_update), ("on delete", self.on_delete)]
                .into_iter()
                .filter(|(_, action)| *action != ForeignKeyAction::NoAction)
                .map(|(event, action)| format!("{event} {action}"));
            content_key("foreign key", columns.chain([target]).chain(referenced).chain(actions))
        })
    }

    fn set_name(&mut self, name: Name) {
        if self.name.is_some() {
            self.name = Some(name);
        }
    }
}
