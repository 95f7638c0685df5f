//! Enums, domains, composite types and ranges.

use std::collections::HashMap;

use schema_core::{CompositeType, Domain, EnumType, Error, ObjectId, ObjectKind, Parts, RangeType, Sql};

use super::Found;
use super::ids::{Oid, class, collation};
use super::rows::{EnumValueRow, RangeRow, Reader, TypeRow};

/// Rows that wait until all types are known by name.
#[derive(Default)]
pub(super) struct RawTypes {
    types: Vec<TypeRow>,
    values: HashMap<Oid, Vec<String>>,
    ranges: Vec<RangeRow>,
    /// The relations behind composite types, by relation.
    pub(super) composites: HashMap<Oid, (Oid, Oid)>,
    /// The row types of tables and views with their array types, by relation.
    pub(super) rows: HashMap<Oid, (Oid, Oid)>,
}

/// Reads the types and gives them names, so that columns can refer to them.
pub(super) async fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    let types: Vec<TypeRow> = reader.scoped(include_str!("types.sql")).await?;
    let values: Vec<EnumValueRow> = reader.scoped(include_str!("enum_values.sql")).await?;
    let ranges: Vec<RangeRow> = reader.all(include_str!("ranges.sql")).await?;
    let mut raw = RawTypes::default();
    for value in values {
        raw.values.entry(value.type_oid).or_default().push(value.label);
    }
    for ty in types.iter().filter(|ty| !ty.of_extension) {
        let kind = match ty.kind.as_str() {
            "e" => ObjectKind::Enum,
            "d" => ObjectKind::Domain,
            "r" => ObjectKind::Range,
            "c" => {
                raw.rows.insert(ty.relation, (ty.oid, ty.array_type));
                continue;
            }
            _ => continue,
        };
        if let Some(name) = found.ids.qualified(ty.schema, &ty.name) {
            found.ids.insert_type(ty.oid, ty.array_type, &ObjectId::new(kind, &name));
        }
    }
    for range in &ranges {
        // The multirange belongs to its range, but has a name of its own.
        if let Some(id) = found.ids.find(class::TYPE, range.oid, 0) {
            let multirange = ObjectId { name: range.multirange_name.as_str().into(), ..id.clone() };
            found.ids.insert_type(range.multirange_oid, range.multirange_array, &multirange);
            found.ids.insert(class::TYPE, range.multirange_oid, id.clone());
            found.ids.insert(class::TYPE, range.multirange_array, id);
        }
    }
    raw.types = types;
    raw.ranges = ranges;
    found.raw_types = raw;
    Ok(())
}

/// Makes the types, now that all are known by name.
pub(super) fn assemble(found: &mut Found) {
    let raw = std::mem::take(&mut found.raw_types);
    for ty in raw.types.iter().filter(|ty| !ty.of_extension) {
        let Some(name) = found.ids.qualified(ty.schema, &ty.name) else { continue };
        let comment = found.ids.comment(class::TYPE, ty.oid);
        match ty.kind.as_str() {
            "e" => found.database.insert(EnumType {
                comment,
                ..EnumType::new(name, raw.values.get(&ty.oid).cloned().unwrap_or_default())
            }),
            "d" => found.database.insert(Domain {
                name,
                base: found.ids.ty(ty.base_oid, ty.base_name.as_deref().unwrap_or_default()),
                collation: collation(ty.collation_schema.as_ref(), ty.collation_name.as_ref()),
                default: ty.default_expression.clone().map(Sql::new),
                not_null: ty.not_null,
                not_null_name: None,
                checks: Parts::default(),
                comment,
            }),
            "r" => {
                let Some(range) = raw.ranges.iter().find(|range| range.oid == ty.oid) else { continue };
                found.database.insert(RangeType {
                    name,
                    subtype: found.ids.ty(range.subtype_oid, &range.subtype_name),
                    operator_class: range.operator_class.clone().map(Sql::new),
                    collation: collation(range.collation_schema.as_ref(), range.collation_name.as_ref()),
                    canonical: range.canonical.clone().map(Sql::new),
                    subtype_diff: range.subtype_diff.clone().map(Sql::new),
                    multirange: Some(range.multirange_name.as_str().into()),
                    comment,
                });
            }
            "c" if raw.composites.contains_key(&ty.relation) => {
                found.composites.insert(ty.relation, CompositeType { name, attributes: Vec::new(), comment });
            }
            // Row types belong to their tables; base and pseudo types are reported by `unmodelled.sql`; array types
            // belong to their elements; multiranges to their ranges.
            _ => {}
        }
        debug_assert!(ty.element_type >= 0 || ty.is_array);
    }
    found.raw_types = raw;
}
