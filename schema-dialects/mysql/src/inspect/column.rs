//! Columns.

use schema_core::{
    Check, Column, DefaultValue, Generated, GeneratedKind, Identity, MySqlTable, Name, QualifiedName, Sql,
    Type, Value,
};

use crate::quote;
use crate::text::{Cursor, Kind, plain_negatives};

/// A column as read.
pub(super) struct Read {
    pub(super) column: Column,
    /// MariaDB: the check in its definition.
    pub(super) check: Option<Check>,
    /// Attributes that are kept, but not known.
    pub(super) unknown: Vec<String>,
}

/// Reads a column's definition in a table with these options.
pub(super) fn read(cursor: &mut Cursor<'_>, table: &MySqlTable) -> Option<Read> {
    cursor.peek().filter(|token| token.kind == Kind::Quoted)?;
    let name = cursor.name()?;
    let ty = data_type(cursor)?;
    let mut read = Read {
        column: Column { nullable: true, ..Column::new(name, Type::Native(ty)) },
        check: None,
        unknown: Vec::new(),
    };
    while !cursor.is_done() {
        attribute(cursor, &mut read)?;
    }
    inherit_collation(&mut read.column, table);
    Some(read)
}

/// The type as the server prints it: a word, its arguments, and the words that belong to it.
fn data_type(cursor: &mut Cursor<'_>) -> Option<Sql> {
    let mark = cursor.mark();
    cursor.next().filter(|token| token.kind == Kind::Word)?;
    cursor.group();
    while cursor.take("unsigned") || cursor.take("zerofill") {}
    Some(Sql::new(cursor.since(mark)))
}

fn attribute(cursor: &mut Cursor<'_>, read: &mut Read) -> Option<()> {
    let column = &mut read.column;
    let mark = cursor.mark();
    if cursor.take("NOT NULL") {
        column.nullable = false;
    } else if cursor.take("NULL") {
        column.nullable = true;
    } else if cursor.take("CHARACTER SET") {
        column.mysql.charset = Some(cursor.name()?);
    } else if cursor.take("COLLATE") {
        column.collation = Some(QualifiedName::new(cursor.name()?));
    } else if cursor.take("DEFAULT") {
        column.default = default_value(cursor)?;
    } else if cursor.take("ON UPDATE") {
        column.mysql.on_update = Some(Sql::new(primary(cursor)?));
    } else if cursor.take("AUTO_INCREMENT") {
        column.identity = Some(Identity { monotonic: false, ..Identity::default() });
    } else if cursor.take("COMMENT") {
        column.comment = Some(cursor.string()?);
    } else if cursor.take("INVISIBLE") {
        column.mysql.invisible = true;
    } else if cursor.take("GENERATED ALWAYS AS ROW START") || cursor.take("GENERATED ALWAYS AS ROW END") {
        column.mysql.attributes.push(Sql::new(cursor.since(mark)));
    } else if cursor.take("GENERATED ALWAYS AS") {
        let expression = Sql::new(plain_negatives(cursor.group()?));
        let stored = cursor.take("STORED") || cursor.take("PERSISTENT");
        if !stored {
            cursor.take("VIRTUAL");
        }
        let kind = if stored { GeneratedKind::Stored } else { GeneratedKind::Virtual };
        column.generated = Some(Generated { expression, kind });
    } else if cursor.take("SRID") || cursor.take("REF_SYSTEM_ID =") {
        column.mysql.srid = Some(cursor.number()?);
    } else if cursor.take("CHECK") {
        let mut check = Check::new(cursor.group()?).named(&column.name);
        check.column = Some(column.name.clone());
        read.check = Some(check);
    } else if cursor.take("COMPRESSED") || cursor.take("WITHOUT SYSTEM VERSIONING") {
        column.mysql.attributes.push(Sql::new(cursor.since(mark)));
    } else if cursor.take("COLUMN_FORMAT") || cursor.take("STORAGE") {
        cursor.next()?;
        column.mysql.attributes.push(Sql::new(cursor.since(mark)));
    } else {
        cursor.next()?;
        if cursor.take("=") {
            cursor.next()?;
        }
        let text = cursor.since(mark);
        column.mysql.attributes.push(Sql::new(text));
        read.unknown.push(text.to_owned());
    }
    Some(())
}

/// What stands after `DEFAULT`; `NULL` is no default. Parentheses around an expression are part of it: without
/// them the server keeps another thing.
#[expect(clippy::option_option, reason = "the outer one says whether it was understood")]
fn default_value(cursor: &mut Cursor<'_>) -> Option<Option<DefaultValue>> {
    let token = cursor.peek()?;
    if token.is("NULL") {
        cursor.next();
        return Some(None);
    }
    if let Some(text) = cursor.string() {
        return Some(Some(DefaultValue::Literal(Value::Text(text))));
    }
    let text = primary(cursor)?;
    let number = text.strip_prefix('-').unwrap_or(text).bytes().all(|b| b.is_ascii_digit() || b == b'.');
    Some(Some(if number {
        DefaultValue::Literal(Value::Number(text.to_owned()))
    } else {
        DefaultValue::Expression(Sql::new(text))
    }))
}

/// One operand: a literal with its introducer, a call, or a group in parentheses.
fn primary<'a>(cursor: &mut Cursor<'a>) -> Option<&'a str> {
    let mark = cursor.mark();
    cursor.take("-");
    if cursor.group().is_some() {
        return Some(cursor.since(mark));
    }
    let first = cursor.next()?;
    if first.kind == Kind::Word && cursor.peek().is_some_and(|token| token.kind == Kind::Text) {
        cursor.next();
        return Some(cursor.since(mark));
    }
    while cursor.take(".") {
        cursor.next()?;
    }
    cursor.group();
    Some(cursor.since(mark))
}

/// A collation that is printed without a character set is the table's own: MySQL repeats it on each column.
fn inherit_collation(column: &mut Column, table: &MySqlTable) {
    let inherited = column.mysql.charset.is_none()
        && column
            .collation
            .as_ref()
            .is_some_and(|collation| Some(&collation.name) == table.collation.as_ref());
    if inherited {
        column.collation = None;
    }
}

/// Whether a type holds text in a character set.
pub(crate) fn holds_text(ty: &Type) -> bool {
    let Type::Native(ty) = ty else { return false };
    let word: String = ty.as_str().chars().take_while(char::is_ascii_alphabetic).collect();
    ["char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"]
        .iter()
        .any(|text| word.eq_ignore_ascii_case(text))
}

/// Whether a default is printed and accepted without parentheses around it.
pub(crate) fn is_bare_default(expression: &str) -> bool {
    let lower = expression.to_ascii_lowercase();
    let literal = lower.starts_with("0x")
        || lower.starts_with("x'")
        || lower.starts_with("b'")
        || lower == "null"
        || lower == "true"
        || lower == "false"
        || lower.strip_prefix('-').unwrap_or(&lower).parse::<f64>().is_ok_and(f64::is_finite)
        || (lower.starts_with('\'') && quote::string(&quote::unquote_string(expression)) == expression);
    literal || is_now(expression)
}

/// Whether an expression is the moment of now, with or without a precision.
pub(crate) fn is_now(expression: &str) -> bool {
    let lower = expression.to_ascii_lowercase();
    ["current_timestamp", "now(", "localtime", "localtimestamp"].iter().any(|now| {
        lower.strip_prefix(now).is_some_and(|rest| rest.bytes().all(|b| b"()0123456789".contains(&b)))
    })
}

/// The name of the check that MariaDB keeps in a column's definition.
pub(crate) fn own_check(column: &Name, check: &Check) -> bool {
    check.column.as_ref() == Some(column)
}
