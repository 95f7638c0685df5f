//! Indexes.

use serde::{Deserialize, Serialize};

use super::{KeyPart, MySqlIndex, Part, PostgresIndex, Spelling, Sql, is_default};
use crate::Name;

/// How an index is organized.
///
/// ```
/// use schema_core::{Index, IndexMethod};
/// let tags = Index::on(["tags"]).using(IndexMethod::Gin);
/// assert_eq!(tags.method, IndexMethod::Gin);
/// assert_eq!(Index::on(["name"]).method, IndexMethod::BTree);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IndexMethod {
    /// A B-tree, the default of every engine.
    #[default]
    BTree,
    /// A hash index.
    Hash,
    /// PostgreSQL: GIN.
    Gin,
    /// PostgreSQL: `GiST`.
    Gist,
    /// PostgreSQL: SP-GiST.
    SpGist,
    /// PostgreSQL: BRIN.
    Brin,
    /// MySQL: full-text.
    FullText,
    /// MySQL: spatial.
    Spatial,
    /// PostgreSQL: a method that an extension brings, like `hnsw`.
    Extension(Name),
}

/// An index of a table or materialized view.
///
/// ```
/// use schema_core::{Index, KeyPart};
/// let live = Index::on(["tenant", "email"]).unique().filter("deleted_at IS NULL");
/// let recent = Index::on([KeyPart::column("created_at").desc()]).named("posts_recent");
/// # let _ = (live, recent);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Index {
    /// Its name; a declared index without one is named after its table and columns.
    #[serde(default, skip_serializing_if = "is_default")]
    pub name: Option<Name>,
    /// What is indexed, in key order.
    pub parts: Vec<KeyPart>,
    /// Whether a key may occur only once.
    #[serde(default, skip_serializing_if = "is_default")]
    pub unique: bool,
    /// How it is organized.
    #[serde(default, skip_serializing_if = "is_default")]
    pub method: IndexMethod,
    /// Only rows that meet this condition are indexed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub predicate: Option<Sql>,
    /// PostgreSQL: columns carried without being part of the key.
    #[serde(default, skip_serializing_if = "is_default")]
    pub include: Vec<Name>,
    /// PostgreSQL 15: two NULLs are equal.
    #[serde(default, skip_serializing_if = "is_default")]
    pub nulls_not_distinct: bool,
    /// Its comment.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comment: Option<String>,
    /// The name it had before. Declared only.
    #[serde(default, skip_serializing_if = "is_default")]
    pub renamed_from: Option<Name>,
    /// What only PostgreSQL has.
    #[serde(default, skip_serializing_if = "is_default")]
    pub postgres: PostgresIndex,
    /// What only MySQL and MariaDB have.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mysql: MySqlIndex,
    /// SQLite: the statement as it is stored.
    #[serde(skip)]
    pub spelling: Spelling,
}

impl Index {
    /// An index over columns or expressions.
    ///
    /// ```
    /// use schema_core::{Index, KeyPart};
    /// let plain = Index::on(["author", "published"]);
    /// let folded = Index::on([KeyPart::expression("lower(email)")]);
    /// assert_eq!(plain.parts.len() + folded.parts.len(), 3);
    /// ```
    pub fn on<P: Into<KeyPart>>(parts: impl IntoIterator<Item = P>) -> Self {
        Self {
            name: None,
            parts: parts.into_iter().map(Into::into).collect(),
            unique: false,
            method: IndexMethod::BTree,
            predicate: None,
            include: Vec::new(),
            nulls_not_distinct: false,
            comment: None,
            renamed_from: None,
            postgres: PostgresIndex::default(),
            mysql: MySqlIndex::default(),
            spelling: Spelling::default(),
        }
    }

    /// Names the index.
    ///
    /// ```
    /// use schema_core::Index;
    /// assert_eq!(Index::on(["email"]).named("by_email").name.unwrap(), "by_email");
    /// ```
    pub fn named(mut self, name: impl Into<Name>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Lets a key occur only once.
    ///
    /// ```
    /// use schema_core::Index;
    /// assert!(Index::on(["email"]).unique().unique);
    /// ```
    pub fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// Chooses how it is organized. MySQL and MariaDB keep that it was said.
    ///
    /// ```
    /// use schema_core::{Index, IndexMethod};
    /// let tags = Index::on(["tags"]).using(IndexMethod::Gin);
    /// assert_eq!(tags.method, IndexMethod::Gin);
    /// ```
    pub fn using(mut self, method: IndexMethod) -> Self {
        self.mysql.explicit_method = matches!(method, IndexMethod::BTree | IndexMethod::Hash);
        self.method = method;
        self
    }

    /// Indexes only rows that meet a condition: the `WHERE` of a partial index.
    ///
    /// ```
    /// use schema_core::Index;
    /// let unpaid = Index::on(["due"]).filter("paid_at IS NULL");
    /// assert!(unpaid.predicate.is_some());
    /// ```
    pub fn filter(mut self, predicate: impl Into<Sql>) -> Self {
        self.predicate = Some(predicate.into());
        self
    }

    /// PostgreSQL: carries columns that are not part of the key.
    ///
    /// ```
    /// use schema_core::Index;
    /// assert_eq!(Index::on(["email"]).include(["name"]).include.len(), 1);
    /// ```
    pub fn include<C: Into<Name>>(mut self, columns: impl IntoIterator<Item = C>) -> Self {
        self.include = columns.into_iter().map(Into::into).collect();
        self
    }

    /// PostgreSQL 15: lets two NULLs be equal.
    ///
    /// ```
    /// use schema_core::Index;
    /// assert!(Index::on(["email"]).unique().nulls_not_distinct().nulls_not_distinct);
    /// ```
    pub fn nulls_not_distinct(mut self) -> Self {
        self.nulls_not_distinct = true;
        self
    }

    /// Sets the comment.
    ///
    /// ```
    /// use schema_core::Index;
    /// assert!(Index::on(["email"]).comment("for the login").comment.is_some());
    /// ```
    pub fn comment(mut self, comment: impl Into<String>) -> Self {
        self.comment = Some(comment.into());
        self
    }

    /// Says that the index was called `old`, so that it is renamed rather than built again.
    ///
    /// ```
    /// use schema_core::Index;
    /// assert!(Index::on(["email"]).named("by_email").renamed_from("i1").renamed_from.is_some());
    /// ```
    pub fn renamed_from(mut self, old: impl Into<Name>) -> Self {
        self.renamed_from = Some(old.into());
        self
    }
}

impl Part for Index {
    fn key(&self) -> Name {
        self.name.clone().unwrap_or_else(|| {
            let parts: Vec<String> = self.parts.iter().map(KeyPart::text).collect();
            Name::new(format!("index ({})", parts.join(", ")))
        })
    }

    fn set_name(&mut self, name: Name) {
        self.name = Some(name);
    }
}
