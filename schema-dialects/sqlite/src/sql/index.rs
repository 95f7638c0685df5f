//! `CREATE INDEX`.

use schema_core::{Index, KeyExpression, KeyPart, NullsOrder, SortOrder, Spelling, Table};

use super::cursor::{Cursor, Unread};
use super::expression::normalize;
use super::table::{known_collation, resolve_key, table_scope};
use super::token::{Token, renamed};

/// The index that a stored `CREATE INDEX` makes on `table`.
///
/// # Errors
/// If the text is not of that shape.
pub(crate) fn index(sql: &str, table: &Table) -> Result<Index, Unread> {
    let Head { mut cursor, named, unique, .. } = head(sql)?;
    let scope = table_scope(table);
    let (_, parts) = cursor.parenthesized()?;
    let tokens = cursor.tokens[parts].to_vec();
    let mut index = Index::on(split_at_commas(&tokens).map(|part| key_part(sql, part, &scope)));
    resolve_key(table, &scope, &mut index.parts);
    index.name = Some(named.name().into());
    index.unique = unique;
    if cursor.word("WHERE") {
        let start = cursor.peek().map_or(sql.len(), |t| t.start);
        index.predicate = Some(normalize(sql[start..].trim_end_matches(';'), &scope).into());
    } else if cursor.peek().is_some_and(|t| !t.is_symbol(";")) {
        return Err(cursor.unread("WHERE"));
    }
    index.spelling = Spelling::new(sql);
    Ok(index)
}

/// The same statement under another name and on a table of another name.
pub(crate) fn retarget(sql: &str, name: &str, table: &str) -> Result<String, Unread> {
    let Head { named, owner, .. } = head(sql)?;
    // What stands behind goes first, so that what stands before it stays where it is.
    Ok(renamed(&renamed(sql, owner, table), named, name))
}

/// Everything up to the key.
struct Head<'a> {
    cursor: Cursor<'a>,
    unique: bool,
    /// Where the index is named.
    named: Token<'a>,
    /// Where its table is named.
    owner: Token<'a>,
}

fn head(sql: &str) -> Result<Head<'_>, Unread> {
    let mut cursor = Cursor::new(sql);
    cursor.expect_word("CREATE")?;
    let unique = cursor.word("UNIQUE");
    cursor.expect_word("INDEX")?;
    cursor.words(&["IF", "NOT", "EXISTS"]);
    let named = cursor.qualified_name()?;
    cursor.expect_word("ON")?;
    let owner = cursor.name_token()?;
    Ok(Head { cursor, unique, named, owner })
}

fn split_at_commas<'t, 'a>(tokens: &'t [Token<'a>]) -> impl Iterator<Item = &'t [Token<'a>]> {
    let mut depth = 0_usize;
    tokens.split(move |t| {
        depth += usize::from(t.is_symbol("("));
        depth -= usize::from(t.is_symbol(")")).min(depth);
        depth == 0 && t.is_symbol(",")
    })
}

fn key_part(sql: &str, tokens: &[Token<'_>], scope: &super::Scope) -> KeyPart {
    let (tokens, nulls) = match tokens {
        [rest @ .., nulls, first] if nulls.is_word("NULLS") && first.is_word("FIRST") => {
            (rest, Some(NullsOrder::First))
        }
        [rest @ .., nulls, last] if nulls.is_word("NULLS") && last.is_word("LAST") => {
            (rest, Some(NullsOrder::Last))
        }
        all => (all, None),
    };
    let (tokens, order) = match tokens {
        [rest @ .., last] if !rest.is_empty() && last.is_word("DESC") => (rest, SortOrder::Descending),
        [rest @ .., last] if !rest.is_empty() && last.is_word("ASC") => (rest, SortOrder::Ascending),
        all => (all, SortOrder::Ascending),
    };
    let (bare, collation) = match tokens {
        [rest @ .., collate, name] if collate.is_word("COLLATE") => {
            (rest, Some(known_collation(&name.name())))
        }
        all => (all, None),
    };
    let mut part = match without_parentheses(bare) {
        [column] if column.is_name() && scope.column(&column.name()).is_some() => {
            let mut part = KeyPart::column(column.name());
            part.collation = collation.map(Into::into);
            part
        }
        _expression => {
            let text = match tokens {
                [] => "",
                [first, ..] => &sql[first.start..tokens[tokens.len() - 1].end()],
            };
            KeyPart::expression(normalize(text, scope))
        }
    };
    debug_assert!(matches!(part.value, KeyExpression::Column(_)) || part.collation.is_none());
    part.order = order;
    part.nulls = nulls;
    part
}

/// Parentheses around a column say nothing.
fn without_parentheses<'t, 'a>(tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    match tokens {
        [open, inner @ .., close] if open.is_symbol("(") && close.is_symbol(")") && inner.len() == 1 => inner,
        all => all,
    }
}
