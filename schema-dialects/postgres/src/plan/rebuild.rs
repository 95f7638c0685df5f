//! Types that cannot become what they are to be: the old one steps aside, the new one takes its name, and every column
//! moves over. So an enum loses or reorders values, a domain gets another type below it, a composite type other
//! attributes, and a range another subtype. A collation is exchanged in the same way.

use schema_core::plan::{LockMode, Phase, Reverse, Work};
use schema_core::{
    Column, CompositeType, Database, DefaultValue, Domain, Engine, Error, Hazard, HazardCode, Name, Object,
    ObjectId, ObjectKind, QualifiedName, RangeType, Sql, SqlObjectKind, Step, Type,
};

use super::{Planner, change, column, enums, group};
use crate::quote;
use crate::render::designation::keyword;
use crate::render::{implicit_name, object, types};

/// Whether one type becomes the other only by being made anew.
pub(super) fn rebuilds(database: &Database, before: &Object, after: &Object) -> bool {
    match after {
        Object::Enum(after) => {
            matches!(before, Object::Enum(before) if enums::loses_or_reorders(before, after))
        }
        Object::Domain(after) => matches!(
            before,
            Object::Domain(before) if before.base != after.base || before.collation != after.collation
        ),
        Object::Composite(after) => matches!(
            before,
            Object::Composite(before) if moves_attributes(before, after)
                || (alters_attributes(before, after) && !users(database, &composite_id(after)).is_empty())
        ),
        Object::Sql(after) => {
            after.kind == SqlObjectKind::Collation
                && matches!(before, Object::Sql(before) if before.definition != after.definition)
                && !users(database, &before.id()).is_empty()
        }
        Object::Range(after) => matches!(
            before,
            Object::Range(before) if RangeType { comment: after.comment.clone(), ..before.clone() } != *after
        ),
        Object::DefaultPrivileges(_)
        | Object::Role(_)
        | Object::Schema(_)
        | Object::Extension(_)
        | Object::Sequence(_)
        | Object::Table(_)
        | Object::View(_)
        | Object::MaterializedView(_)
        | Object::Routine(_)
        | Object::Trigger(_)
        | Object::Policy(_)
        | Object::Privileges(_) => false,
    }
}

fn composite_id(composite: &CompositeType) -> ObjectId {
    ObjectId::new(ObjectKind::Composite, &composite.name)
}

/// Whether the attributes that stay, and new ones after them, are not in the order that is wanted.
fn moves_attributes(before: &CompositeType, after: &CompositeType) -> bool {
    let is_in =
        |ty: &CompositeType, name: &Name| ty.attributes.iter().any(|attribute| attribute.name == *name);
    let names = |ty: &CompositeType| ty.attributes.iter().map(|a| a.name.clone()).collect::<Vec<_>>();
    let mut reached: Vec<_> = names(before).into_iter().filter(|name| is_in(after, name)).collect();
    reached.extend(names(after).into_iter().filter(|name| !is_in(before, name)));
    reached != names(after)
}

/// Whether an attribute changes its type, which no column of the composite type survives.
fn alters_attributes(before: &CompositeType, after: &CompositeType) -> bool {
    before.attributes.iter().any(|old| {
        let new = after.attributes.iter().find(|new| new.name == old.name);
        new.is_some_and(|new| new.ty != old.ty || new.collation != old.collation)
    })
}

/// The columns of a type or an array of it, or of a collation, but for those that have them from a parent.
pub(super) fn users(database: &Database, id: &ObjectId) -> Vec<(QualifiedName, Column)> {
    let name = id.qualified_name();
    let by_collation = id.kind == ObjectKind::Sql(SqlObjectKind::Collation);
    database
        .tables()
        .flat_map(|table| table.columns.iter().map(move |column| (table, column)))
        .filter(|(table, column)| {
            let used = if by_collation { column.collation.as_ref() } else { column.ty.named() };
            used == Some(&name) && !column.postgres.inherited && table.options.postgres.partition_of.is_none()
        })
        .map(|(table, column)| (table.name.clone(), column.clone()))
        .collect()
}

/// The old type steps aside, the new one takes its name, and every column moves over.
pub(super) fn rebuild(planner: &mut Planner<'_>, before: &Object, after: &Object) -> Result<(), Error> {
    let id = after.id();
    let name = id.qualified_name();
    refuse_nested(planner, &id)?;
    let aside: String = format!("groundplan_old_{}", name.name).chars().take(60).collect();
    let aside = name.sibling(aside);
    let users = users(&planner.now, &id);
    refuse_keys(planner, &id, &users)?;
    let defaults = defaults(planner, &users);
    let tables = defaults.iter().map(|(table, ..)| ObjectId::table(table));
    let ids: Vec<ObjectId> = [id.clone()].into_iter().chain(tables).collect();
    let effect = planner.effects(&ids, |database| {
        database.replace(after.clone());
        for (table, column, default) in &defaults {
            if let Some(column) = database.table_mut(table).and_then(|table| table.columns.get_mut(column)) {
                column.default.clone_from(default);
            }
        }
    });
    let is_collation = matches!(before, Object::Sql(_));
    let keyword = if is_collation { "COLLATION" } else { keyword(&id) };
    let mut step = Step::new(id.clone(), title(before, after), effect).phase(Phase::Contract);
    let is_range = matches!(before, Object::Range(_));
    if is_range {
        // With a range come functions and a multirange that do not step aside with it: its columns are texts meanwhile.
        for (table, column) in &users {
            let name = quote::name(&column.name);
            let text = if is_array(column) { "text[]" } else { "text" };
            let mut clauses: Vec<String> = Vec::new();
            clauses.extend(without_default(planner, table, column));
            clauses.push(format!("ALTER COLUMN {name} TYPE {text} USING {name}::{text}"));
            step = step.statement(alter(planner, table, &clauses));
        }
        step = step.statement(format!("DROP TYPE {}", quote::qualified(&name)));
    } else {
        step = step.statement(format!(
            "ALTER {keyword} {} RENAME TO {}",
            quote::qualified(&name),
            quote::name(&aside.name)
        ));
    }
    step.statements.extend(object::create(&named(after)).into_iter().map(Sql::new));
    let elements = elements(before, after, &aside).filter(|_| users.iter().any(|(_, c)| is_array(c)));
    step.statements.extend(elements.iter().map(|elements| Sql::new(elements.create.clone())));
    for (table, column) in &users {
        let mut clauses: Vec<String> = Vec::new();
        if !is_range {
            clauses.extend(without_default(planner, table, column));
        }
        clauses.push(moved(before, after, elements.as_ref(), column));
        let default = planner.now.table(table).and_then(|table| table.columns.get(&column.name));
        let default = default.and_then(|column| column.default.as_ref()).map(quote::default);
        let quoted = quote::name(&column.name);
        clauses.extend(default.map(|default| format!("ALTER COLUMN {quoted} SET DEFAULT {default}")));
        step = step.statement(alter(planner, table, &clauses));
        step.statements.extend(settings(planner, table, &column.name).into_iter().map(Sql::new));
        step = planner.locked(step, LockMode::AccessExclusive, table);
        if planner.is_used(&ObjectId::table(table)) {
            let message = format!("{table} is written anew while everyone waits");
            step = step.work(Work::Rewrite).hazard(Hazard::new(HazardCode::Rewrite, message));
            if let (Object::Enum(before), Object::Enum(after)) = (before, after) {
                step.probes.extend(enums::probe(planner, table, column, &enums::removed(before, after)));
            }
            if elements.is_some() && is_array(column) {
                let value = planner.asked(table, &column.name);
                let code = HazardCode::InconvertibleRows;
                step.probes.extend(planner.lossy(table, &column.name, &is_shaped(&value), code));
            }
        }
    }
    step.statements.extend(elements.into_iter().map(|elements| Sql::new(elements.drop)));
    if !is_range {
        step = step.statement(format!("DROP {keyword} {}", quote::qualified(&aside)));
    }
    step = step.hazard(hazard(before, after));
    step.reverse = Reverse::Irreversible { reason: "make the type again as it was".to_owned() };
    planner.push(if planner.in_chain { step } else { group::alone(step) });
    Ok(())
}

/// The new type with the names that the server would not give it beside the old one, or what else has them.
pub(super) fn named(after: &Object) -> Object {
    let mut made = after.clone();
    if let Object::Domain(domain) = &mut made
        && domain.not_null
    {
        let usual = implicit_name(&domain.name.name, "", "not_null");
        domain.not_null_name.get_or_insert(usual);
    }
    made
}

fn alter(planner: &Planner<'_>, table: &QualifiedName, clauses: &[String]) -> String {
    crate::render::table::alter(table, planner.is_foreign(table), false, clauses)
}

fn title(before: &Object, after: &Object) -> String {
    let name = &after.id().name;
    if let (Object::Enum(before), Object::Enum(after)) = (before, after) {
        let reorders = enums::removed(before, after).is_empty();
        if reorders { format!("reorder the values of {name}") } else { format!("remove values of {name}") }
    } else {
        format!("make {name} anew")
    }
}

fn hazard(before: &Object, after: &Object) -> Hazard {
    let name = &after.id().name;
    if let (Object::Enum(before), Object::Enum(after)) = (before, after) {
        let removed = enums::removed(before, after);
        if !removed.is_empty() {
            let names: Vec<&str> = removed.iter().map(|value| value.as_str()).collect();
            let message = format!("{name} no longer holds {}", names.join(", "));
            return Hazard::new(HazardCode::EnumValueRemoved, message);
        }
        let message = format!("what compares or sorts values of {name} gives other results");
        return Hazard::new(HazardCode::TypeChange, message);
    }
    Hazard::new(HazardCode::TypeChange, format!("code that relies on what {name} was may break"))
}

/// A type below other types cannot be exchanged under them.
fn refuse_nested(planner: &Planner<'_>, id: &ObjectId) -> Result<(), Error> {
    let is_type = |kind| {
        matches!(kind, ObjectKind::Enum | ObjectKind::Domain | ObjectKind::Composite | ObjectKind::Range)
    };
    let above = planner
        .needs_before
        .iter()
        .find(|(other, needed)| *needed == id && is_type(other.kind) && planner.now.contains(other));
    match above {
        None => Ok(()),
        Some((above, _)) => Err(Error::Unsupported {
            object: id.clone(),
            reason: format!("{above} is made of it; make another type, and change what uses this one to it"),
        }),
    }
}

/// What a table is partitioned by keeps its type, and the bounds of its partitions are values of that.
fn refuse_keys(planner: &Planner<'_>, id: &ObjectId, users: &[(QualifiedName, Column)]) -> Result<(), Error> {
    for (table, column) in users {
        let mut tables = [table.clone()].into_iter().chain(planner.children(table));
        if let Some(table) = tables.find(|table| planner.is_in_partition_key(table, &column.name)) {
            return Err(Error::Unsupported {
                object: id.clone(),
                reason: format!(
                    "{table} is partitioned by its column {}, which keeps its type; make another type, and another \
                     table by it",
                    column.name
                ),
            });
        }
    }
    Ok(())
}

fn is_array(column: &Column) -> bool {
    matches!(column.ty, Type::Array(_))
}

/// The function that moves the elements of an array, which no expression does: it is there as long as it is called.
struct Elements {
    name: String,
    create: String,
    drop: String,
}

/// That of a composite type, for arrays of one dimension that begin with their first element. What the others are is no
/// array, and so the server refuses those that have come since they were asked for.
fn elements(before: &Object, after: &Object, aside: &QualifiedName) -> Option<Elements> {
    let (Object::Composite(before), Object::Composite(after)) = (before, after) else { return None };
    let name: String = format!("groundplan_new_{}", after.name.name).chars().take(60).collect();
    let name = quote::qualified(&after.name.sibling(name));
    let (old, new) = (quote::qualified(aside), quote::qualified(&after.name));
    let body = format!(
        "SELECT CASE WHEN {} THEN CAST(array_dims($1) AS {new}[]) WHEN $1 IS NOT NULL THEN \
         ARRAY(SELECT {} FROM generate_subscripts($1, 1) AS all_of (n) ORDER BY n) END",
        is_shaped("$1"),
        composite_value(before, after, "$1[n]", &new)
    );
    Some(Elements {
        create: format!(
            "CREATE FUNCTION {name}({old}[]) RETURNS {new}[] LANGUAGE sql AS {}",
            quote::literal(&body)
        ),
        drop: format!("DROP FUNCTION {name}({old}[])"),
        name,
    })
}

/// The condition that an array has several dimensions, or begins elsewhere.
fn is_shaped(array: &str) -> String {
    format!("array_ndims({array}) > 1 OR array_lower({array}, 1) <> 1")
}

/// The clause that moves a column to the new type.
fn moved(before: &Object, after: &Object, elements: Option<&Elements>, column: &Column) -> String {
    let name = quote::name(&column.name);
    let is_array = is_array(column);
    let target = types::ty(&column.type_for(Engine::Postgres));
    let using = if let (Object::Composite(before), Object::Composite(after)) = (before, after) {
        match elements.filter(|_| is_array) {
            Some(elements) => Some(format!("{}({name})", elements.name)),
            None => Some(composite_value(before, after, &name, &target)),
        }
    } else if let (Object::Domain(before), Object::Domain(after), false) = (before, after, is_array) {
        domain_value(before, after, &name, &target)
    } else if let Object::Sql(_) = before {
        None
    } else if is_array {
        Some(format!("{name}::text[]::{target}"))
    } else {
        Some(format!("{name}::text::{target}"))
    };
    let using = using.map(|using| format!(" USING {using}")).unwrap_or_default();
    let collation = quote::collate(column.collation.as_ref());
    format!("ALTER COLUMN {name} TYPE {target}{collation}{using}")
}

/// The default that each column gets with the new type: the one it has, or is to have, as the new type may not hold the
/// old one's value; or none yet, where that needs what may not be there.
fn defaults(
    planner: &Planner<'_>,
    users: &[(QualifiedName, Column)],
) -> Vec<(QualifiedName, Name, Option<DefaultValue>)> {
    let mut all = Vec::new();
    for (table, column) in users {
        for table in [table.clone()].into_iter().chain(planner.children(table)) {
            let in_table = |database: &Database| database.table(&table)?.columns.get(&column.name).cloned();
            let Some(now) = in_table(&planner.now) else { continue };
            let after = in_table(&planner.after.database);
            let same = after.as_ref().is_some_and(|after| after.default == now.default);
            let part = change::column_id(&table, &column.name);
            let needs = planner.after.dependencies.of(&part);
            let literal =
                !needs.into_iter().any(|n| matches!(n.kind, ObjectKind::Routine | ObjectKind::Sequence));
            let default = after.filter(|after| same || (literal && after.ty == now.ty));
            all.push((table, column.name.clone(), default.and_then(|column| column.default)));
        }
    }
    all
}

/// A default goes with the old type, also where only a child has one.
fn without_default(planner: &Planner<'_>, table: &QualifiedName, column: &Column) -> Option<String> {
    let has_default =
        |table: &QualifiedName| planner.before.table(table)?.columns.get(&column.name)?.default.as_ref();
    let some =
        column.default.is_some() || planner.children(table).iter().any(|child| has_default(child).is_some());
    some.then(|| format!("ALTER COLUMN {} DROP DEFAULT", quote::name(&column.name)))
}

/// What the engine forgets with the old type, for a table's column and those of the tables that have it from there.
fn settings(planner: &Planner<'_>, table: &QualifiedName, column: &Name) -> Vec<String> {
    let tables = [table.clone()].into_iter().chain(planner.children(table));
    let of_parent = planner.now.table(table).and_then(|table| table.columns.get(column)?.default.clone());
    let all = tables.filter_map(|table| {
        let own = planner.now.table(&table)?.columns.get(column)?;
        let postgres = &own.postgres;
        let name = quote::name(column);
        let default = (own.default != of_parent).then(|| match &own.default {
            Some(default) => format!("ALTER COLUMN {name} SET DEFAULT {}", quote::default(default)),
            None => format!("ALTER COLUMN {name} DROP DEFAULT"),
        });
        let storage =
            postgres.storage.iter().map(|storage| format!("ALTER COLUMN {name} SET STORAGE {storage}"));
        let compression =
            postgres.compression.iter().map(|method| format!("ALTER COLUMN {name} SET COMPRESSION {method}"));
        let clauses: Vec<String> = default.into_iter().chain(storage).chain(compression).collect();
        (!clauses.is_empty())
            .then(|| crate::render::table::alter(&table, planner.is_foreign(&table), true, &clauses))
    });
    all.collect()
}

/// A row of the attributes that stay, in their new order.
fn composite_value(before: &CompositeType, after: &CompositeType, column: &str, target: &str) -> String {
    let attributes: Vec<String> = after
        .attributes
        .iter()
        .map(|new| match before.attributes.iter().find(|old| old.name == new.name) {
            None => "NULL".to_owned(),
            Some(old) => {
                let value = format!("({column}).{}", quote::name(&old.name));
                let (from, to) = (types::ty(&old.ty), types::ty(&new.ty));
                if from == to { value } else { column::cast(&value, &from, &to) }
            }
        })
        .collect();
    format!(
        "CASE WHEN {column} IS NOT DISTINCT FROM NULL THEN NULL ELSE ROW({})::{target} END",
        attributes.join(", ")
    )
}

/// A value of the new base type; where texts may be too long for it, the server is to refuse them.
fn domain_value(before: &Domain, after: &Domain, column: &str, target: &str) -> Option<String> {
    let (from, to) = (types::ty(&before.base), types::ty(&after.base));
    if from == to || column::shortens(&from, &to) {
        return None;
    }
    Some(format!("{}::{target}", column::cast(column, &from, &to)))
}
