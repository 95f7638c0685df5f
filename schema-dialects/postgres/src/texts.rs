//! Walks over everything textual in an object: the SQL fragments, and the names of schemas.

use schema_core::{
    Column, DefaultValue, Index, KeyExpression, KeyPart, Name, Object, QualifiedName, Sql, Table, Type,
};

/// What is done with what an object says.
pub(crate) trait Visitor {
    /// A fragment of SQL.
    fn sql(&mut self, sql: &mut Sql);
    /// The schema of a name; `None` is the default one.
    fn schema(&mut self, schema: &mut Option<Name>);

    fn name(&mut self, name: &mut QualifiedName) {
        self.schema(&mut name.schema);
    }
}

/// Shows a visitor everything in an object.
pub(crate) fn visit(object: &mut Object, visitor: &mut dyn Visitor) {
    match object {
        Object::Schema(o) => {
            let mut name = Some(o.name.clone());
            visitor.schema(&mut name);
            o.name = name.unwrap_or_else(|| o.name.clone());
        }
        // Without a schema it goes where the engine says, which need not be the default one.
        Object::Extension(o) if o.schema.is_none() => {}
        Object::Extension(o) => visitor.schema(&mut o.schema),
        Object::Enum(o) => visitor.name(&mut o.name),
        Object::Domain(o) => {
            visitor.name(&mut o.name);
            ty(&mut o.base, visitor);
            o.collation.iter_mut().for_each(|name| collation(name, visitor));
            o.default.iter_mut().for_each(|sql| visitor.sql(sql));
            o.checks.iter_mut().for_each(|check| visitor.sql(&mut check.expression));
        }
        Object::Composite(o) => {
            visitor.name(&mut o.name);
            for attribute in &mut o.attributes {
                ty(&mut attribute.ty, visitor);
                attribute.collation.iter_mut().for_each(|name| collation(name, visitor));
            }
        }
        Object::Range(o) => {
            visitor.name(&mut o.name);
            ty(&mut o.subtype, visitor);
            let texts = [&mut o.operator_class, &mut o.canonical, &mut o.subtype_diff];
            texts.into_iter().flatten().for_each(|sql| visitor.sql(sql));
            o.collation.iter_mut().for_each(|name| collation(name, visitor));
        }
        Object::Sequence(o) => {
            visitor.name(&mut o.name);
            if let Some((table, _)) = &mut o.owned_by {
                visitor.name(table);
            }
        }
        Object::Table(o) => table(o, visitor),
        Object::View(o) => {
            visitor.name(&mut o.name);
            visitor.sql(&mut o.query);
            o.postgres.output.iter_mut().for_each(|(_, sql)| visitor.sql(sql));
            o.postgres.column_defaults.iter_mut().for_each(|(_, sql)| visitor.sql(sql));
        }
        Object::MaterializedView(o) => {
            visitor.name(&mut o.name);
            visitor.sql(&mut o.query);
            o.indexes.iter_mut().for_each(|part| index(part, visitor));
        }
        Object::Routine(o) => {
            visitor.name(&mut o.name);
            visitor.sql(&mut o.definition);
            o.returns.iter_mut().for_each(|sql| visitor.sql(sql));
            let mut arguments = Sql::new(o.arguments.clone());
            visitor.sql(&mut arguments);
            o.arguments = arguments.to_string();
        }
        Object::Trigger(o) => {
            visitor.name(&mut o.table);
            visitor.sql(&mut o.definition);
        }
        Object::Policy(o) => {
            visitor.name(&mut o.table);
            o.using.iter_mut().chain(&mut o.with_check).for_each(|sql| visitor.sql(sql));
        }
        Object::Sql(o) => {
            if o.name.schema.is_some() {
                visitor.name(&mut o.name);
            }
            o.definition.iter_mut().for_each(|sql| visitor.sql(sql));
            visitor.sql(&mut o.removal);
            let mut name = Sql::new(o.name.name.as_str());
            visitor.sql(&mut name);
            o.name.name = Name::from(name.as_str());
        }
        Object::Privileges(o) => {
            if o.object.kind == schema_core::ObjectKind::Schema {
                let mut name = Some(o.object.name.clone());
                visitor.schema(&mut name);
                o.object.name = name.unwrap_or_else(|| o.object.name.clone());
            } else {
                visitor.schema(&mut o.object.schema);
            }
        }
    }
}

fn table(table: &mut Table, visitor: &mut dyn Visitor) {
    visitor.name(&mut table.name);
    table.columns.iter_mut().for_each(|part| column(part, visitor));
    table.primary_key.iter_mut().for_each(|key| key_parts(&mut key.columns, visitor));
    table.uniques.iter_mut().for_each(|unique| key_parts(&mut unique.columns, visitor));
    table.checks.iter_mut().for_each(|check| visitor.sql(&mut check.expression));
    table.foreign_keys.iter_mut().for_each(|key| visitor.name(&mut key.references));
    for exclusion in table.exclusions.iter_mut() {
        for element in &mut exclusion.elements {
            key_part(&mut element.part, visitor);
            visitor.sql(&mut element.operator);
        }
        exclusion.predicate.iter_mut().for_each(|sql| visitor.sql(sql));
    }
    table.indexes.iter_mut().for_each(|part| index(part, visitor));
    let postgres = &mut table.options.postgres;
    postgres.inherits.iter_mut().chain(&mut postgres.of_type).for_each(|name| visitor.name(name));
    postgres.partition_by.iter_mut().for_each(|sql| visitor.sql(sql));
    if let Some((parent, bound)) = &mut postgres.partition_of {
        visitor.name(parent);
        visitor.sql(bound);
    }
}

fn column(column: &mut Column, visitor: &mut dyn Visitor) {
    ty(&mut column.ty, visitor);
    column.native.postgres.iter_mut().for_each(|sql| visitor.sql(sql));
    column.collation.iter_mut().for_each(|name| collation(name, visitor));
    match &mut column.default {
        Some(DefaultValue::Expression(sql)) => visitor.sql(sql),
        Some(DefaultValue::Literal(_)) | None => {}
    }
    column.generated.iter_mut().for_each(|generated| visitor.sql(&mut generated.expression));
}

/// A collation without a schema is looked for, like any other: those of the system come first.
fn collation(name: &mut QualifiedName, visitor: &mut dyn Visitor) {
    if name.schema.is_some() {
        visitor.name(name);
    }
}

fn index(index: &mut Index, visitor: &mut dyn Visitor) {
    key_parts(&mut index.parts, visitor);
    index.predicate.iter_mut().for_each(|sql| visitor.sql(sql));
    index.postgres.attached_to.iter_mut().for_each(|name| visitor.name(name));
}

fn key_parts(parts: &mut [KeyPart], visitor: &mut dyn Visitor) {
    for part in parts {
        key_part(part, visitor);
    }
}

fn key_part(part: &mut KeyPart, visitor: &mut dyn Visitor) {
    match &mut part.value {
        KeyExpression::Expression(sql) => visitor.sql(sql),
        KeyExpression::Column(_) => {}
    }
    part.collation.iter_mut().for_each(|name| collation(name, visitor));
    part.operator_class.iter_mut().for_each(|sql| visitor.sql(sql));
}

fn ty(ty: &mut Type, visitor: &mut dyn Visitor) {
    match ty {
        Type::Enum(name) | Type::Named(name) => visitor.name(name),
        Type::Array(element) => self::ty(element, visitor),
        Type::Native(sql) => visitor.sql(sql),
        Type::Bool
        | Type::TinyInt
        | Type::SmallInt
        | Type::Integer
        | Type::BigInt
        | Type::Unsigned(_)
        | Type::Real
        | Type::Double
        | Type::Decimal { .. }
        | Type::Char(_)
        | Type::Varchar(_)
        | Type::Text
        | Type::Binary(_)
        | Type::Blob
        | Type::Date
        | Type::Time
        | Type::Timestamp
        | Type::TimestampTz
        | Type::Interval
        | Type::Uuid
        | Type::Json
        | Type::Inet
        | Type::Cidr
        | Type::MacAddr
        | Type::VarBit(_) => {}
    }
}
