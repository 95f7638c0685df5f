//! What needs what, from `pg_depend`.

use schema_core::{Dependencies, Error, ObjectId, ObjectKind};

use super::Found;
use super::ids::class;
use super::rows::{DependencyRow, Reader};

pub(super) async fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<Dependencies, Error> {
    let rows: Vec<DependencyRow> = reader.on(include_str!("dependencies.sql"), &found.ids).await?;
    // What a publication says of a table is the publication.
    for row in rows.iter().filter(|row| row.class == class::PUBLICATION_REL) {
        if row.needed_class == class::PUBLICATION
            && let Some(id) = found.ids.find(class::PUBLICATION, row.needed_oid, 0)
        {
            found.ids.insert(class::PUBLICATION_REL, row.oid, id);
        }
    }
    // The operators and functions of an operator class are the class, and those that only the family has, the family.
    for needed_class in [class::OPERATOR_FAMILY, class::OPERATOR_CLASS] {
        let members = rows.iter().filter(|row| {
            matches!(row.class, class::OPERATOR_IN_FAMILY | class::FUNCTION_IN_FAMILY)
                && row.needed_class == needed_class
        });
        for row in members {
            if let Some(id) = found.ids.find(needed_class, row.needed_oid, 0) {
                found.ids.insert(row.class, row.oid, id);
            }
        }
    }
    // A view's rewrite rule is the view: first find which rule is whose.
    for row in rows.iter().filter(|row| row.class == class::REWRITE && row.needed_class == class::RELATION) {
        if found.ids.find(class::REWRITE, row.oid, 0).is_none()
            && row.is_internal
            && let Some(id) = found.ids.find(class::RELATION, row.needed_oid, 0)
            && matches!(id.kind, ObjectKind::View | ObjectKind::MaterializedView)
        {
            found.ids.insert(class::REWRITE, row.oid, id);
        }
    }
    let mut dependencies = Dependencies::default();
    for row in rows {
        let object = found.ids.find(row.class, row.oid, row.part);
        let needed = found.ids.find(row.needed_class, row.needed_oid, row.needed_part);
        if let (Some(object), Some(needed)) = (object, needed)
            && !belongs(&object, &needed)
            && object != needed
            && !within(&object, &needed)
            && !within(&needed, &object)
        {
            dependencies.insert(object, needed);
        }
    }
    Ok(dependencies)
}

/// A sequence that belongs to a column exists before it.
fn belongs(object: &ObjectId, needed: &ObjectId) -> bool {
    object.kind == ObjectKind::Sequence && matches!(needed.kind, ObjectKind::Table | ObjectKind::Column)
}

/// A table and its own parts need each other by their nature.
fn within(part: &ObjectId, whole: &ObjectId) -> bool {
    part.kind.is_part() && !whole.kind.is_part() && part.table_name() == Some(whole.qualified_name())
}
