//! Random canonical schemas with every kind of object and part. Names come from small pools, so that two schemas
//! share some objects, differ in others, and differ within those they share.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use schema_core::diff::{Rename, Renames};
use schema_core::*;

/// A canonical schema.
pub(crate) fn schema() -> impl Strategy<Value = Canonical> {
    vec(object(), 0..14).prop_map(|objects| {
        let mut database = Database::new();
        for object in objects {
            if !database.contains(&object.id()) {
                database.insert(object);
            }
        }
        Canonical::observed(settled(database), Dependencies::default())
    })
}

/// Renames of what `schema` holds: to fresh names, in chains and in circles, none onto a name that stays.
pub(crate) fn renames(schema: &Canonical, picks: &[u8], fresh: &str) -> Renames {
    let mut groups: indexmap::IndexMap<ObjectId, Vec<ObjectId>> = indexmap::IndexMap::new();
    let ids = schema.database.objects().filter(|(id, _)| id.kind != ObjectKind::Privileges);
    for (index, id) in ids.flat_map(|(id, object)| ids_of(id, object)).enumerate() {
        if picks[index % picks.len()].is_multiple_of(2) {
            let space = ObjectId { name: "".into(), ..id.clone() };
            groups.entry(space).or_default().push(id);
        }
    }
    let mut renames = Vec::new();
    for (number, (_, ids)) in groups.into_iter().enumerate() {
        let circle = picks[number % picks.len()] < 128;
        for (index, from) in ids.iter().enumerate() {
            let to = match ids.get(index + 1) {
                Some(next) => next.name.clone(),
                None if circle => ids[0].name.clone(),
                None => Name::new(format!("{fresh}{number}")),
            };
            renames.push(Rename { from: from.clone(), to });
        }
    }
    renames.into_iter().collect()
}

/// The identities of an object and its named parts.
fn ids_of(id: &ObjectId, object: &Object) -> Vec<ObjectId> {
    fn named<T: Part>(id: &ObjectId, kind: ObjectKind, parts: &Parts<T>, all: &mut Vec<ObjectId>) {
        // The keys of unnamed parts hold parentheses.
        all.extend(parts.names().filter(|n| !n.as_str().contains('(')).map(|name| id.part(kind, name)));
    }
    let mut all = vec![id.clone()];
    if let Object::Table(table) = object {
        named(id, ObjectKind::Column, &table.columns, &mut all);
        named(id, ObjectKind::Unique, &table.uniques, &mut all);
        named(id, ObjectKind::Check, &table.checks, &mut all);
        named(id, ObjectKind::ForeignKey, &table.foreign_keys, &mut all);
        named(id, ObjectKind::Exclusion, &table.exclusions, &mut all);
        named(id, ObjectKind::Index, &table.indexes, &mut all);
    } else if let Object::MaterializedView(view) = object {
        named(id, ObjectKind::Index, &view.indexes, &mut all);
    } else if let Object::Enum(ty) = object {
        all.extend(ty.values.iter().map(|value| id.part(ObjectKind::EnumValue, value.as_str())));
    }
    all
}

/// `schema` without everything that bears a name which `renames` have given up.
pub(crate) fn without_old_names(schema: &Canonical, renames: &Renames) -> Canonical {
    let taken: Vec<ObjectId> = renames.iter().map(|rename| renames.target(&rename.from)).collect();
    let mut database = schema.database.clone();
    for rename in renames.iter() {
        let from = &rename.from;
        let is_value = from.kind == ObjectKind::EnumValue;
        let owner = from.table_name().map(|o| if is_value { renames.ty(&o) } else { renames.relation(&o) });
        let old = ObjectId { table: owner.as_ref().map(|o| o.name.clone()), ..from.clone() };
        if taken.contains(&old) {
            continue;
        }
        if !old.kind.is_part() {
            database.remove(&old);
        } else if let Some(owner) = owner {
            remove_part(&mut database, &owner, &old);
        }
    }
    Canonical::observed(settled(database), Dependencies::default())
}

fn remove_part(database: &mut Database, owner: &QualifiedName, id: &ObjectId) {
    if let Some(table) = database.table_mut(owner) {
        if id.kind == ObjectKind::Column {
            table.columns.remove(&id.name);
        }
        table.uniques.remove(&id.name);
        table.checks.remove(&id.name);
        table.foreign_keys.remove(&id.name);
        table.exclusions.remove(&id.name);
        table.indexes.remove(&id.name);
    } else if let Some(Object::MaterializedView(view)) =
        database.get_mut(&ObjectId::new(ObjectKind::MaterializedView, owner))
    {
        view.indexes.remove(&id.name);
    } else if let Some(Object::Enum(ty)) = database.get_mut(&ObjectId::new(ObjectKind::Enum, owner)) {
        ty.values.retain(|value| value != id.name.as_str());
    }
}

/// The schema without what refers to nothing: an engine would not hold it.
fn settled(mut database: Database) -> Database {
    let known = database.clone();
    let has_columns = |table: &QualifiedName, names: &[Name]| {
        known.table(table).is_some_and(|table| names.iter().all(|name| table.columns.contains(name)))
    };
    let key = |table: &QualifiedName, parts: &[KeyPart]| {
        parts
            .iter()
            .filter_map(KeyPart::column_name)
            .all(|name| has_columns(table, std::slice::from_ref(name)))
    };
    let known_type = |ty: &mut Type| {
        let kinds = [ObjectKind::Enum, ObjectKind::Domain];
        if ty.named().is_some_and(|name| !kinds.iter().any(|k| known.contains(&ObjectId::new(*k, name)))) {
            *ty = Type::native("x");
        }
    };
    let ids: Vec<ObjectId> = database.objects().map(|(id, _)| id.clone()).collect();
    for id in ids {
        let stands = match database.get_mut(&id) {
            Some(Object::Table(table)) => {
                let name = table.name.clone();
                table.columns.iter_mut().for_each(|column| known_type(&mut column.ty));
                table.primary_key.take_if(|k| !key(&name, &k.columns) || !has_columns(&name, &k.include));
                retain(&mut table.uniques, |u| key(&name, &u.columns) && has_columns(&name, &u.include));
                retain(&mut table.checks, |c| {
                    c.column.iter().all(|c| has_columns(&name, std::slice::from_ref(c)))
                });
                retain(&mut table.foreign_keys, |f| {
                    has_columns(&name, &f.columns)
                        && has_columns(&name, &f.set_columns)
                        && has_columns(&f.references, &f.referenced_columns)
                });
                retain(&mut table.exclusions, |e| {
                    e.elements.iter().all(|e| key(&name, std::slice::from_ref(&e.part)))
                });
                retain(&mut table.indexes, |i| key(&name, &i.parts) && has_columns(&name, &i.include));
                let indexes = &table.indexes;
                let postgres = &mut table.options.postgres;
                postgres.clustered_on.take_if(|index| !indexes.contains(index));
                postgres.inherits.retain(|parent| known.table(parent).is_some());
                postgres.partition_of.take_if(|(parent, _)| known.table(parent).is_none());
                true
            }
            Some(Object::Domain(domain)) => {
                known_type(&mut domain.base);
                true
            }
            Some(Object::Range(range)) => {
                known_type(&mut range.subtype);
                true
            }
            Some(Object::Composite(composite)) => {
                composite.attributes.iter_mut().for_each(|attribute| known_type(&mut attribute.ty));
                true
            }
            Some(Object::Sequence(sequence)) => {
                sequence
                    .owned_by
                    .take_if(|(table, column)| !has_columns(table, std::slice::from_ref(column)));
                true
            }
            Some(Object::Privileges(privileges)) => {
                let on = privileges.object.qualified_name();
                privileges
                    .grants
                    .retain(|g| g.column.iter().all(|c| has_columns(&on, std::slice::from_ref(c))));
                known.contains(&privileges.object)
            }
            _ => id.table_name().is_none_or(|table| known.table(&table).is_some()),
        };
        if !stands {
            database.remove(&id);
        }
    }
    database
}

fn retain<T: Part + Clone>(parts: &mut Parts<T>, keep: impl Fn(&T) -> bool) {
    *parts = parts.iter().filter(|part| keep(part)).cloned().collect();
}

/// A name of one kind: pools of different kinds share nothing, as an engine's namespaces would not let them.
fn name(pool: &'static str) -> impl Strategy<Value = QualifiedName> {
    (of(Just("s")), 0..2_u8).prop_map(move |(schema, number)| {
        let name = Name::new(format!("{pool}{number}"));
        QualifiedName { schema: schema.map(Name::from), name }
    })
}

fn column_name() -> impl Strategy<Value = Name> {
    select(&["a", "b", "c", "d"][..]).prop_map(Name::from)
}

fn part_name(pool: &'static str) -> impl Strategy<Value = Option<Name>> {
    of((0..2_u8).prop_map(move |number| Name::new(format!("{pool}{number}"))))
}

fn text() -> impl Strategy<Value = String> {
    select(&["x", "y", "ü's \"z\""][..]).prop_map(str::to_owned)
}

fn sql() -> impl Strategy<Value = Sql> {
    text().prop_map(Sql::new)
}

fn ty() -> impl Strategy<Value = Type> {
    prop_oneof![
        sql().prop_map(Type::Native),
        name("enum").prop_map(Type::Named),
        name("domain").prop_map(|name| Type::Named(name).array()),
    ]
}

fn object() -> impl Strategy<Value = Object> {
    let tables = || table().prop_map(Object::from);
    prop_oneof![
        6 => tables(),
        1 => (select(&["s", "r"][..]), of(text())).prop_map(|(name, comment)| {
            Schema { comment, ..Schema::new(name) }.into()
        }),
        1 => of(text()).prop_map(|version| Extension { version, ..Extension::new("ext") }.into()),
        1 => (name("enum"), vec(text(), 0..3)).prop_map(|(name, values)| EnumType::new(name, values).into()),
        1 => (name("domain"), ty(), any::<bool>(), vec(check(), 0..3)).prop_map(
            |(name, base, not_null, checks)| {
                Domain {
                    name,
                    base,
                    collation: None,
                    default: None,
                    not_null,
                    not_null_name: None,
                    checks: once(checks.into_iter().map(|c| Check { column: None, ..c })),
                    comment: None,
                }
                .into()
            }
        ),
        1 => (name("composite"), vec((column_name(), ty()), 0..3)).prop_map(|(name, attributes)| {
            let attribute = |(name, ty)| CompositeAttribute { name, ty, collation: None, comment: None };
            let attributes = attributes.into_iter().map(attribute).collect();
            CompositeType { name, attributes, comment: None }.into()
        }),
        1 => (name("range"), ty(), of(sql())).prop_map(|(name, subtype, canonical)| {
            RangeType {
                name,
                subtype,
                operator_class: None,
                collation: None,
                canonical,
                subtype_diff: None,
                multirange: None,
                comment: None,
            }
            .into()
        }),
        1 => (name("seq"), of((name("t"), column_name())), any::<bool>()).prop_map(
            |(name, owned_by, cycle)| {
                let options = SequenceOptions { cycle, ..SequenceOptions::default() };
                Sequence { owned_by, options, ..Sequence::new(name) }.into()
            }
        ),
        1 => (name("v"), sql()).prop_map(|(name, query)| View::new(name, query).into()),
        1 => (name("m"), sql(), vec(index(), 0..3)).prop_map(|(name, query, indexes)| {
            MaterializedView {
                indexes: once(indexes.into_iter().map(named_index)),
                ..MaterializedView::new(name, query)
            }
            .into()
        }),
        1 => (name("f"), text(), sql()).prop_map(|(name, arguments, definition)| {
            Routine {
                kind: RoutineKind::Function,
                name,
                arguments,
                returns: None,
                definition,
                comment: None,
                mysql: MySqlProgram::default(),
            }
            .into()
        }),
        1 => (part_name("tr"), name("t"), sql()).prop_map(|(name, table, definition)| {
            Trigger::new(name.unwrap_or_else(|| "tr".into()), table, definition).into()
        }),
        1 => (part_name("p"), name("t"), of(sql())).prop_map(|(name, table, using)| {
            Policy { using, ..Policy::new(name.unwrap_or_else(|| "p".into()), table) }.into()
        }),
        1 => (name("t"), of(Just("rule")), sql()).prop_map(|(table, rule, definition)| {
            let kind = if rule.is_some() { SqlObjectKind::Rule } else { SqlObjectKind::Statistics };
            SqlObject {
                kind,
                name: table.sibling(rule.unwrap_or("statistics")),
                table: rule.map(|_| table.name.clone()),
                definition: vec![definition],
                removal: Sql::new("drop"),
                comment: None,
                spelling: Spelling::default(),
            }
            .into()
        }),
        1 => (name("t"), of(column_name()), of(Just("owner"))).prop_map(|(table, column, owner)| {
            let grant = Grant { role: "r".into(), privilege: "SELECT".to_owned(), column, grantable: false };
            Privileges { object: ObjectId::table(&table), owner: owner.map(Name::from), grants: vec![grant] }
                .into()
        }),
        1 => (of(Just("s")), any::<bool>(), of(text())).prop_map(|(schema, tables, privilege)| {
            let on = if tables { NewObjects::Tables } else { NewObjects::Routines };
            let grant = |privilege| Grant { role: "r".into(), privilege, column: None, grantable: false };
            let (schema, grants) = (schema.map(Name::from), privilege.map(grant).into_iter().collect());
            DefaultPrivileges { schema, grants, ..DefaultPrivileges::of("o", on) }.into()
        }),
        1 => (select(&["r", "o"][..]), any::<bool>(), of(text())).prop_map(|(name, member, comment)| {
            let role = Role { comment, ..Role::new(name) };
            if member { role.member_of(Membership::of("q")) } else { role }.into()
        }),
    ]
}

fn table() -> impl Strategy<Value = Table> {
    let constraints = (
        of((part_name("pk"), key(), vec(column_name(), 0..2))),
        vec(unique(), 0..3),
        vec(check(), 0..3),
        vec(foreign_key(), 0..3),
        vec((part_name("x"), key(), of(sql())), 0..2),
        vec(index(), 0..3),
    );
    (name("t"), vec(column(), 0..5), constraints, options()).prop_map(
        |(name, columns, constraints, options)| {
            let (primary_key, uniques, checks, foreign_keys, exclusions, indexes) = constraints;
            let mut table = Table::new(name);
            table.columns = once(columns);
            table.primary_key = primary_key.map(|(name, columns, include)| PrimaryKey {
                name,
                include,
                ..PrimaryKey::new(columns)
            });
            table.uniques = once(uniques);
            table.checks = once(checks);
            table.foreign_keys = once(foreign_keys);
            table.exclusions = once(exclusions.into_iter().map(|(name, columns, predicate)| {
                Exclusion {
                    name,
                    method: IndexMethod::Gist,
                    elements: columns
                        .into_iter()
                        .map(|part| ExclusionElement { part, operator: Sql::new("&&") })
                        .collect(),
                    include: Vec::new(),
                    predicate,
                    deferrability: Deferrability::NotDeferrable,
                    parameters: Vec::new(),
                    comment: None,
                }
            }));
            table.indexes = once(indexes.into_iter().map(named_index));
            table.options = options;
            table
        },
    )
}

/// Parts without duplicates.
fn once<T: Part>(parts: impl IntoIterator<Item = T>) -> Parts<T> {
    let mut all = Parts::default();
    for part in parts {
        all.replace(part);
    }
    all
}

fn column() -> impl Strategy<Value = Column> {
    (
        column_name(),
        ty(),
        any::<bool>(),
        of(prop_oneof![
            sql().prop_map(DefaultValue::Expression),
            any::<i64>().prop_map(|number| DefaultValue::Literal(Value::Int(number))),
        ]),
        of(sql()),
        any::<bool>(),
        of(text()),
    )
        .prop_map(|(name, ty, nullable, default, generated, identity, comment)| {
            let mut column = Column::new(name, ty);
            column.nullable = nullable;
            column.default = default;
            column.generated =
                generated.map(|expression| Generated { expression, kind: GeneratedKind::Stored });
            column.comment = comment;
            if identity { column.identity_always() } else { column }
        })
}

fn key() -> impl Strategy<Value = Vec<KeyPart>> {
    let part = prop_oneof![
        3 => column_name().prop_map(KeyPart::column),
        1 => sql().prop_map(KeyPart::expression),
    ];
    vec((part, any::<bool>()).prop_map(|(part, desc)| if desc { part.desc() } else { part }), 1..3)
}

fn unique() -> impl Strategy<Value = Unique> {
    (part_name("u"), key(), any::<bool>()).prop_map(|(name, columns, nulls_not_distinct)| Unique {
        name,
        nulls_not_distinct,
        ..Unique::new(columns)
    })
}

fn check() -> impl Strategy<Value = Check> {
    (part_name("c"), sql(), of(column_name()), any::<bool>()).prop_map(
        |(name, expression, column, validated)| Check { name, column, validated, ..Check::new(expression) },
    )
}

fn foreign_key() -> impl Strategy<Value = ForeignKey> {
    (part_name("fk"), column_name(), name("t"), column_name(), any::<bool>()).prop_map(
        |(name, column, table, referenced, cascade)| {
            let on_delete = if cascade { ForeignKeyAction::Cascade } else { ForeignKeyAction::SetNull };
            let set_columns = if cascade { Vec::new() } else { vec![column.clone()] };
            ForeignKey { name, set_columns, ..ForeignKey::new([column], table, [referenced]) }
                .on_delete(on_delete)
        },
    )
}

fn index() -> impl Strategy<Value = Index> {
    (part_name("i"), key(), any::<bool>(), of(sql()), vec(column_name(), 0..2)).prop_map(
        |(name, parts, unique, predicate, include)| Index {
            name,
            unique,
            predicate,
            include,
            ..Index::on(parts)
        },
    )
}

/// Engines name every index.
fn named_index(index: Index) -> Index {
    let name = index.name.clone().unwrap_or_else(|| "i".into());
    index.named(name)
}

fn options() -> impl Strategy<Value = TableOptions> {
    (of(text()), any::<bool>(), of(Just("i0")), of(name("t")), of(name("t"))).prop_map(
        |(comment, unlogged, clustered_on, parent, partitioned)| {
            let mut options = TableOptions { comment, ..TableOptions::default() };
            options.postgres.unlogged = unlogged;
            options.postgres.clustered_on = clustered_on.map(Name::from);
            options.postgres.inherits = parent.into_iter().collect();
            options.postgres.partition_of = partitioned.map(|parent| (parent, Sql::new("DEFAULT")));
            options
        },
    )
}
