//! Primary keys, unique constraints, checks, foreign keys and exclusion constraints.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{ConflictClause, IndexMethod, KeyPart, Part, Sql, is_default, is_yes, yes};
use crate::{Name, QualifiedName};

/// When a constraint is checked.
///
/// ```
/// use schema_core::{Deferrability, Unique};
/// let mut place = Unique::new(["list", "place"]);
/// place.deferrability = Deferrability::InitiallyDeferred;
/// assert_ne!(place.deferrability, Deferrability::default());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deferrability {
    /// After each statement, always.
    #[default]
    NotDeferrable,
    /// After each statement, unless the transaction defers it.
    InitiallyImmediate,
    /// At COMMIT, unless the transaction asks for it earlier.
    InitiallyDeferred,
}

/// A table's primary key.
///
/// ```
/// use schema_core::{Column, PrimaryKey, Table, Type};
/// let table = Table::new("members")
///     .column(Column::new("org", Type::BigInt))
///     .column(Column::new("person", Type::BigInt))
///     .primary_key(["org", "person"]);
/// assert_eq!(table.primary_key, Some(PrimaryKey::new(["org", "person"])));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PrimaryKey {
    /// The constraint's name, where the engine keeps one.
    #[serde(default, skip_serializing_if = "is_default")]
    pub name: Option<Name>,
    /// Its columns, in key order.
    pub columns: Vec<KeyPart>,
    /// PostgreSQL: columns carried in the index without being part of the key.
    #[serde(default, skip_serializing_if = "is_default")]
    pub include: Vec<Name>,
    /// When it is checked.
    #[serde(default, skip_serializing_if = "is_default")]
    pub deferrability: Deferrability,
    /// PostgreSQL 18 and MariaDB: the last column is a range that may not overlap (`WITHOUT OVERLAPS`).
    #[serde(default, skip_serializing_if = "is_default")]
    pub without_overlaps: bool,
    /// PostgreSQL: storage parameters of the index, in the catalog's order. MySQL: options of the index as the
    /// engine prints them (`USING BTREE`), in its order.
    #[serde(default, skip_serializing_if = "is_default")]
    pub parameters: Vec<String>,
    /// PostgreSQL: tablespace of the index.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tablespace: Option<Name>,
    /// SQLite: what happens on a conflict.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_conflict: Option<ConflictClause>,
    /// Its comment.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comment: Option<String>,
}

impl PrimaryKey {
    /// A primary key over columns.
    ///
    /// ```
    /// use schema_core::PrimaryKey;
    /// assert_eq!(PrimaryKey::new(["org", "person"]).columns.len(), 2);
    /// ```
    pub fn new<P: Into<KeyPart>>(columns: impl IntoIterator<Item = P>) -> Self {
        Self {
            name: None,
            columns: columns.into_iter().map(Into::into).collect(),
            include: Vec::new(),
            deferrability: Deferrability::NotDeferrable,
            without_overlaps: false,
            parameters: Vec::new(),
            tablespace: None,
            on_conflict: None,
            comment: None,
        }
    }

    /// Names the constraint.
    ///
    /// ```
    /// use schema_core::PrimaryKey;
    /// assert_eq!(PrimaryKey::new(["id"]).named("users_key").name.unwrap(), "users_key");
    /// ```
    pub fn named(mut self, name: impl Into<Name>) -> Self {
        self.name = Some(name.into());
        self
    }
}

/// A unique constraint.
///
/// ```
/// use schema_core::{Table, Unique};
/// let table = Table::new("users").unique(["org", "email"]);
/// assert_eq!(table.uniques.at(0), Some(&Unique::new(["org", "email"])));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unique {
    /// Its name, or the one that the engine gives.
    #[serde(default, skip_serializing_if = "is_default")]
    pub name: Option<Name>,
    /// Its columns, in key order.
    pub columns: Vec<KeyPart>,
    /// PostgreSQL: columns carried in the index without being part of the key.
    #[serde(default, skip_serializing_if = "is_default")]
    pub include: Vec<Name>,
    /// PostgreSQL 15: two NULLs are equal.
    #[serde(default, skip_serializing_if = "is_default")]
    pub nulls_not_distinct: bool,
    /// When it is checked.
    #[serde(default, skip_serializing_if = "is_default")]
    pub deferrability: Deferrability,
    /// PostgreSQL 18: the last column is a range that may not overlap (`WITHOUT OVERLAPS`).
    #[serde(default, skip_serializing_if = "is_default")]
    pub without_overlaps: bool,
    /// PostgreSQL: storage parameters of the index, in the catalog's order.
    #[serde(default, skip_serializing_if = "is_default")]
    pub parameters: Vec<String>,
    /// PostgreSQL: tablespace of the index.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tablespace: Option<Name>,
    /// SQLite: what happens on a conflict.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_conflict: Option<ConflictClause>,
    /// Its comment.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comment: Option<String>,
    /// The name it had before. Declared only.
    #[serde(default, skip_serializing_if = "is_default")]
    pub renamed_from: Option<Name>,
}

impl Unique {
    /// A unique constraint over columns.
    ///
    /// ```
    /// use schema_core::Unique;
    /// assert_eq!(Unique::new(["org", "email"]).columns.len(), 2);
    /// ```
    pub fn new<P: Into<KeyPart>>(columns: impl IntoIterator<Item = P>) -> Self {
        Self {
            name: None,
            columns: columns.into_iter().map(Into::into).collect(),
            include: Vec::new(),
            nulls_not_distinct: false,
            deferrability: Deferrability::NotDeferrable,
            without_overlaps: false,
            parameters: Vec::new(),
            tablespace: None,
            on_conflict: None,
            comment: None,
            renamed_from: None,
        }
    }

    /// Names the constraint.
    ///
    /// ```
    /// use schema_core::Unique;
    /// assert_eq!(Unique::new(["email"]).named("one_account").name.unwrap(), "one_account");
    /// ```
    pub fn named(mut self, name: impl Into<Name>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// PostgreSQL 15: lets two NULLs be equal.
    ///
    /// ```
    /// use schema_core::Unique;
    /// assert!(Unique::new(["email"]).nulls_not_distinct().nulls_not_distinct);
    /// ```
    pub fn nulls_not_distinct(mut self) -> Self {
        self.nulls_not_distinct = true;
        self
    }

    /// Sets when it is checked.
    ///
    /// ```
    /// use schema_core::{Deferrability, Unique};
    /// let place = Unique::new(["place"]).deferrability(Deferrability::InitiallyDeferred);
    /// assert_ne!(place.deferrability, Deferrability::NotDeferrable);
    /// ```
    pub fn deferrability(mut self, deferrability: Deferrability) -> Self {
        self.deferrability = deferrability;
        self
    }

    /// Says that the constraint was called `old`, so that it is renamed rather than made again.
    ///
    /// ```
    /// use schema_core::Unique;
    /// assert!(Unique::new(["email"]).named("one_account").renamed_from("u1").renamed_from.is_some());
    /// ```
    pub fn renamed_from(mut self, old: impl Into<Name>) -> Self {
        self.renamed_from = Some(old.into());
        self
    }
}

impl Part for Unique {
    fn key(&self) -> Name {
        self.name.clone().unwrap_or_else(|| {
            let parts = self.columns.iter().map(|part| match &part.collation {
                Some(collation) => format!("{} collate {collation}", part.text()),
                None => part.text(),
            });
            content_key("unique", parts)
        })
    }

    fn set_name(&mut self, name: Name) {
        if self.name.is_some() {
            self.name = Some(name);
        }
    }
}

/// A condition that every row meets.
///
/// ```
/// use schema_core::{Check, Table};
/// let table = Table::new("orders").check(Check::new("amount > 0").named("some_amount"));
/// assert_eq!(table.checks.at(0).unwrap().expression.as_str(), "amount > 0");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// Its name, or the one that the engine gives.
    #[serde(default, skip_serializing_if = "is_default")]
    pub name: Option<Name>,
    /// The condition, without the parentheses around it.
    pub expression: Sql,
    /// The condition as MySQL and MariaDB write it, where they quote otherwise. Declared only.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mysql: Option<Sql>,
    /// MariaDB: the column whose definition it is part of.
    #[serde(default, skip_serializing_if = "is_default")]
    pub column: Option<Name>,
    /// PostgreSQL: not passed on to child tables.
    #[serde(default, skip_serializing_if = "is_default")]
    pub no_inherit: bool,
    /// Whether existing rows are known to meet it (PostgreSQL's `NOT VALID` when not).
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

impl Check {
    /// A check, written without the parentheses around it.
    ///
    /// ```
    /// use schema_core::Check;
    /// assert_eq!(Check::new("cents >= 0").expression.as_str(), "cents >= 0");
    /// ```
    pub fn new(expression: impl Into<Sql>) -> Self {
        Self {
            name: None,
            expression: expression.into(),
            mysql: None,
            column: None,
            no_inherit: false,
            validated: true,
            enforced: true,
            comment: None,
            renamed_from: None,
        }
    }

    /// Names the constraint.
    ///
    /// ```
    /// use schema_core::Check;
    /// assert_eq!(Check::new("cents >= 0").named("no_debt").name.unwrap(), "no_debt");
    /// ```
    pub fn named(mut self, name: impl Into<Name>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Says that the constraint was called `old`, so that it is renamed rather than made again.
    ///
    /// ```
    /// use schema_core::Check;
    /// assert!(Check::new("cents >= 0").named("no_debt").renamed_from("c1").renamed_from.is_some());
    /// ```
    pub fn renamed_from(mut self, old: impl Into<Name>) -> Self {
        self.renamed_from = Some(old.into());
        self
    }
}

impl Part for Check {
    fn key(&self) -> Name {
        self.name.clone().unwrap_or_else(|| content_key("check", [self.expression.to_string()]))
    }

    fn set_name(&mut self, name: Name) {
        if self.name.is_some() {
            self.name = Some(name);
        }
    }
}

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

/// PostgreSQL: no two rows may compare true on all elements.
///
/// ```
/// use schema_core::{Exclusion, IndexMethod};
/// // No room is booked twice at the same time.
/// let booked = Exclusion::new(IndexMethod::Gist, [("room".into(), "="), ("during".into(), "&&")]);
/// assert_eq!(booked.elements.len(), 2);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exclusion {
    /// Its name, or the one that the engine gives.
    #[serde(default, skip_serializing_if = "is_default")]
    pub name: Option<Name>,
    /// The index method behind it.
    pub method: IndexMethod,
    /// What is compared, and by which operator.
    pub elements: Vec<ExclusionElement>,
    /// Columns carried in the index without being compared.
    #[serde(default, skip_serializing_if = "is_default")]
    pub include: Vec<Name>,
    /// Only rows that meet this condition are compared.
    #[serde(default, skip_serializing_if = "is_default")]
    pub predicate: Option<Sql>,
    /// When it is checked.
    #[serde(default, skip_serializing_if = "is_default")]
    pub deferrability: Deferrability,
    /// Storage parameters of the index, in the catalog's order.
    #[serde(default, skip_serializing_if = "is_default")]
    pub parameters: Vec<String>,
    /// Its comment.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comment: Option<String>,
}

/// One compared element of an exclusion constraint.
///
/// ```
/// use schema_core::{ExclusionElement, KeyPart};
/// let element = ExclusionElement { part: KeyPart::column("during"), operator: "&&".into() };
/// assert_eq!(element.operator.as_str(), "&&");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExclusionElement {
    /// The column or expression.
    pub part: KeyPart,
    /// The operator, schema-qualified where it is not in `pg_catalog`.
    pub operator: Sql,
}

impl Exclusion {
    /// No two rows may meet all of these operators, each between the same key of both.
    ///
    /// ```
    /// use schema_core::{Exclusion, IndexMethod, KeyPart};
    /// let bookings = [(KeyPart::column("room"), "="), (KeyPart::column("during"), "&&")];
    /// assert_eq!(Exclusion::new(IndexMethod::Gist, bookings).elements.len(), 2);
    /// ```
    pub fn new<O: Into<Sql>>(method: IndexMethod, elements: impl IntoIterator<Item = (KeyPart, O)>) -> Self {
        let element = |(part, operator): (KeyPart, O)| ExclusionElement { part, operator: operator.into() };
        Self {
            name: None,
            method,
            elements: elements.into_iter().map(element).collect(),
            include: Vec::new(),
            predicate: None,
            deferrability: Deferrability::NotDeferrable,
            parameters: Vec::new(),
            comment: None,
        }
    }

    /// Gives it a name.
    ///
    /// ```
    /// use schema_core::{Exclusion, IndexMethod, KeyPart};
    /// let once = Exclusion::new(IndexMethod::Gist, [(KeyPart::column("during"), "&&")]).named("one_at_a_time");
    /// assert_eq!(once.name.unwrap(), "one_at_a_time");
    /// ```
    pub fn named(mut self, name: impl Into<Name>) -> Self {
        self.name = Some(name.into());
        self
    }
}

impl Part for Exclusion {
    fn key(&self) -> Name {
        self.name
            .clone()
            .unwrap_or_else(|| content_key("exclude", self.elements.iter().map(|e| e.part.text())))
    }

    fn set_name(&mut self, name: Name) {
        if self.name.is_some() {
            self.name = Some(name);
        }
    }
}

/// The key of an unnamed part, made from what it says. Spaces and parentheses keep it apart from usual names.
fn content_key(kind: &str, texts: impl IntoIterator<Item = String>) -> Name {
    Name::new(format!("{kind} ({})", texts.into_iter().collect::<Vec<_>>().join(", ")))
}
