//! Indexes and primary keys.

use schema_core::{Index, IndexMethod, KeyPart, Name, PrimaryKey, Sql};

use crate::text::{Cursor, Kind, split_commas};

/// Reads an index, if the words say that it is one. The inner `None` means that it is not understood.
#[expect(clippy::option_option, reason = "the outer one says whether it is an index at all")]
pub(super) fn read(cursor: &mut Cursor<'_>) -> Option<Option<Index>> {
    let mut index = Index::on::<KeyPart>([]);
    if cursor.take("UNIQUE KEY") {
        index.unique = true;
    } else if cursor.take("FULLTEXT KEY") {
        index.method = IndexMethod::FullText;
    } else if cursor.take("SPATIAL KEY") {
        index.method = IndexMethod::Spatial;
    } else if cursor.take("VECTOR KEY") {
        index.method = IndexMethod::Extension(Name::new("VECTOR"));
    } else if !cursor.take("KEY") {
        return None;
    }
    Some(rest(cursor, index))
}

fn rest(cursor: &mut Cursor<'_>, mut index: Index) -> Option<Index> {
    index.name = Some(cursor.name()?);
    let (parts, without_overlaps) = key_parts(cursor.group()?)?;
    index.parts = parts;
    index.mysql.without_overlaps = without_overlaps;
    while !cursor.is_done() {
        let mark = cursor.mark();
        if cursor.take("USING BTREE") {
            index.mysql.explicit_method = true;
        } else if cursor.take("USING HASH") {
            index.method = IndexMethod::Hash;
            index.mysql.explicit_method = true;
        } else if cursor.take("COMMENT") {
            index.comment = Some(cursor.string()?);
        } else if cursor.take("INVISIBLE") || cursor.take("IGNORED") {
            index.mysql.invisible = true;
        } else if cursor.take("WITH PARSER") {
            index.mysql.parser = Some(cursor.name()?);
        } else {
            option(cursor)?;
            index.mysql.options.push(Sql::new(cursor.since(mark)));
        }
    }
    Some(index)
}

/// Reads what follows `PRIMARY KEY`.
pub(super) fn primary_key(cursor: &mut Cursor<'_>) -> Option<PrimaryKey> {
    let (parts, without_overlaps) = key_parts(cursor.group()?)?;
    let mut key = PrimaryKey::new(parts);
    key.without_overlaps = without_overlaps;
    while !cursor.is_done() {
        let mark = cursor.mark();
        if cursor.take("COMMENT") {
            key.comment = Some(cursor.string()?);
        } else {
            if !(cursor.take("USING BTREE") || cursor.take("USING HASH")) {
                option(cursor)?;
            }
            key.parameters.push(cursor.since(mark).to_owned());
        }
    }
    Some(key)
}

/// An option of the form `NAME=value`.
fn option(cursor: &mut Cursor<'_>) -> Option<()> {
    cursor.next()?;
    cursor.take("=").then(|| cursor.next())?.map(|_| ())
}

/// The parts of a key, and whether its last one is a period that may not overlap.
fn key_parts(list: &str) -> Option<(Vec<KeyPart>, bool)> {
    let mut parts = Vec::new();
    let mut without_overlaps = false;
    for item in split_commas(list) {
        let mut cursor = Cursor::new(item);
        let mut part = match cursor.peek()?.kind {
            Kind::Quoted => KeyPart::column(cursor.name()?),
            Kind::Word | Kind::Text | Kind::Number | Kind::Symbol => KeyPart::expression(cursor.group()?),
        };
        if let Some(prefix) = cursor.group() {
            part.prefix = Some(prefix.parse().ok()?);
        }
        if cursor.take("DESC") {
            part = part.desc();
        }
        if cursor.take("WITHOUT OVERLAPS") {
            without_overlaps = true;
        }
        if !cursor.is_done() {
            return None;
        }
        parts.push(part);
    }
    Some((parts, without_overlaps))
}
