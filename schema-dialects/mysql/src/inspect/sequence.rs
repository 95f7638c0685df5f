//! MariaDB's sequences, from `SHOW CREATE SEQUENCE`.

use schema_core::{QualifiedName, Sequence, Type};

use crate::text::Cursor;

/// Reads a sequence.
pub(super) fn read(name: &QualifiedName, text: &str) -> Option<Sequence> {
    let mut cursor = Cursor::new(text);
    cursor.take("CREATE SEQUENCE").then_some(())?;
    cursor.name()?;
    while cursor.take(".") {
        cursor.name()?;
    }
    let mut sequence = Sequence::new(name.clone());
    let options = &mut sequence.options;
    while !cursor.is_done() {
        let mark = cursor.mark();
        if cursor.take("AS") {
            cursor.next()?;
            cursor.take("unsigned");
            sequence.ty =
                Some(Type::native(cursor.since(mark).trim_start_matches("as ").trim_start_matches("AS ")));
        } else if cursor.take("start with") {
            options.start = Some(number(&mut cursor)?);
        } else if cursor.take("minvalue") {
            options.min = Some(number(&mut cursor)?);
        } else if cursor.take("maxvalue") {
            options.max = Some(number(&mut cursor)?);
        } else if cursor.take("increment by") {
            options.increment = Some(number(&mut cursor)?);
        } else if cursor.take("cache") {
            options.cache = Some(number(&mut cursor)?);
        } else if cursor.take("nocache") {
            options.cache = Some(0);
        } else if cursor.take("cycle") {
            options.cycle = true;
        } else if cursor.take("nocycle") {
            options.cycle = false;
        } else if cursor.take("ENGINE =") {
            cursor.next()?;
        } else {
            return None;
        }
    }
    Some(sequence)
}

fn number(cursor: &mut Cursor<'_>) -> Option<i64> {
    let mark = cursor.mark();
    cursor.take("-");
    cursor.next()?;
    cursor.since(mark).replace(' ', "").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn reads_all_options() {
        let text = "CREATE SEQUENCE `sq` start with 5 minvalue -9 maxvalue 9223372036854775806 increment by -2 nocache cycle ENGINE=InnoDB";
        let options = read(&"sq".into(), text).expect("sequence").options;
        assert_eq!((options.start, options.min, options.increment), (Some(5), Some(-9), Some(-2)));
        assert_eq!((options.cache, options.cycle), (Some(0), true));
    }
}
