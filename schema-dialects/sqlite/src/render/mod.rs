//! The statements that make objects.

pub(crate) mod column;
pub(crate) mod index;
pub(crate) mod table;
pub(crate) mod trigger;
pub(crate) mod ty;
pub(crate) mod view;
pub(crate) mod virtual_table;

use schema_core::{Database, Error, Object, ObjectId, Sql};

/// The statements that make a database, in an order that works: SQLite looks neither into foreign keys nor into
/// views when they are made, so only what lives on something comes after it.
///
/// # Errors
/// [`Error::Unsupported`] for what SQLite cannot hold.
pub(crate) fn database(database: &Database) -> Result<Vec<Sql>, Error> {
    let mut tables = Vec::new();
    let mut indexes = Vec::new();
    let mut virtual_tables = Vec::new();
    let mut views = Vec::new();
    let mut triggers = Vec::new();
    for (id, object) in database.objects() {
        match object {
            Object::Table(table) => {
                tables.push(table::create(table, database)?);
                indexes.extend(table.indexes.iter().map(|index| index::create(index, table)));
            }
            Object::Sql(object) => virtual_tables.extend(virtual_table::create(object)),
            Object::View(view) => views.push(view::create(view)),
            Object::Trigger(trigger) => triggers.push(trigger::create(trigger)),
            // The values of an enum stand in the checks of the columns that use it.
            Object::Enum(_) => {}
            Object::Schema(_)
            | Object::Extension(_)
            | Object::Domain(_)
            | Object::Composite(_)
            | Object::Range(_)
            | Object::Sequence(_)
            | Object::MaterializedView(_)
            | Object::Routine(_)
            | Object::Policy(_)
            | Object::Privileges(_)
            | Object::DefaultPrivileges(_)
            | Object::Role(_) => return Err(unsupported(id)),
        }
    }
    Ok([tables, indexes, virtual_tables, views, triggers].concat())
}

/// What SQLite has no such thing as.
pub(crate) fn unsupported(id: &ObjectId) -> Error {
    Error::Unsupported { object: id.clone(), reason: format!("SQLite has nothing like a {}", id.kind) }
}

#[cfg(test)]
mod tests {
    use schema_core::{
        Column, Database, EnumType, ForeignKey, ForeignKeyAction, Index, KeyPart, Table, Type, View,
    };

    fn rendered(database: &Database) -> String {
        let statements = super::database(database).unwrap();
        let lines: Vec<String> = statements.iter().map(|sql| format!("{sql};\n")).collect();
        lines.concat()
    }

    #[test]
    fn a_declared_schema() {
        let posts = Table::new("posts")
            .column(Column::new("id", Type::BigInt).identity())
            .column(Column::new("author", Type::BigInt))
            .column(Column::new("title", Type::Varchar(80)).default("it's").comment("shown */ first"))
            .column(Column::new("state", Type::Enum("state".into())).nullable())
            .column(Column::new("slug", Type::Text).generated_virtual("lower(title)"))
            .primary_key(["id"])
            .unique(["author", "title"])
            .foreign_key(ForeignKey::new(["author"], "users", ["id"]).on_delete(ForeignKeyAction::Cascade))
            .index(Index::on([KeyPart::column("slug").desc()]).filter("state IS NOT NULL"));
        let database = Database::new()
            .with(EnumType::new("state", ["draft", "out"]))
            .with(posts)
            .with(View::new("titles", "SELECT title FROM posts"));
        insta::assert_snapshot!(rendered(&database), @r#"
        CREATE TABLE "posts" (
          "id" INTEGER PRIMARY KEY NOT NULL,
          "author" INTEGER NOT NULL,
          "title" VARCHAR(80) NOT NULL DEFAULT 'it''s' /* shown * / first */,
          "state" TEXT,
          "slug" TEXT NOT NULL GENERATED ALWAYS AS (lower(title)) VIRTUAL,
          UNIQUE ("author", "title"),
          CHECK ("state" IN ('draft', 'out')),
          FOREIGN KEY ("author") REFERENCES "users" ("id") ON DELETE CASCADE
        );
        CREATE INDEX "posts_slug_idx" ON "posts" ("slug" DESC) WHERE state IS NOT NULL;
        CREATE VIEW "titles" AS SELECT title FROM posts;
        "#);
    }

    #[test]
    fn a_strict_table_has_only_the_types_that_it_may() {
        let table = Table::new("t")
            .column(Column::new("a", Type::Uuid))
            .column(Column::new("b", Type::TimestampTz))
            .column(Column::new("c", Type::Bool))
            .primary_key(["b", "a"])
            .strict()
            .without_rowid();
        insta::assert_snapshot!(rendered(&Database::new().with(table)), @r#"
        CREATE TABLE "t" (
          "a" BLOB NOT NULL,
          "b" TEXT NOT NULL,
          "c" INTEGER NOT NULL,
          PRIMARY KEY ("b", "a")
        ) STRICT, WITHOUT ROWID;
        "#);
    }
}
