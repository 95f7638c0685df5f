//! MariaDB's sequences, from `SHOW CREATE SEQUENCE`.

use schema_core::{QualifiedName, Sequence, Type};

use crate::text::Cursor;

/// Where a sequence of `bigint unsigned` ends by itself. The model has no number as large as this: it is what is not
/// said.
pub(crate) const LARGEST: &str = "18446744073709551614";

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
        if cursor.take("AS") {
            let ty = cursor.mark();
            cursor.next()?;
            cursor.take("unsigned");
            sequence.ty = Some(Type::native(cursor.since(ty)));
        } else if cursor.take("start with") {
            options.start = Some(number(&mut cursor)?);
        } else if cursor.take("minvalue") {
            options.min = Some(number(&mut cursor)?);
        } else if cursor.take("maxvalue") {
            options.max = if cursor.peek()?.text == LARGEST {
                cursor.next();
                None
            } else {
                Some(number(&mut cursor)?)
            };
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
    use schema_core::Type;

    #[test]
    fn reads_all_options() {
        let text = "CREATE SEQUENCE `sq` start with 5 minvalue -9 maxvalue 9223372036854775806 increment by -2 nocache cycle ENGINE=InnoDB";
        let options = read(&"sq".into(), text).expect("sequence").options;
        assert_eq!((options.start, options.min, options.increment), (Some(5), Some(-9), Some(-2)));
        assert_eq!((options.cache, options.cycle), (Some(0), true));
    }

    #[test]
    fn reads_a_type_with_its_own_end() {
        let text = "CREATE SEQUENCE `sq` as bigint unsigned start with 1 minvalue 1 maxvalue 18446744073709551614 increment by 1 cache 1000 nocycle ENGINE=InnoDB";
        let sequence = read(&"sq".into(), text).expect("sequence");
        assert_eq!(sequence.ty, Some(Type::native("bigint unsigned")));
        assert_eq!(sequence.options.max, None);
        let beyond = text.replace("744073709551614", "744073709551613");
        assert!(
            read(&"sq".into(), &beyond).is_none(),
            "no number of the model, and so named as not understood"
        );
    }
}
