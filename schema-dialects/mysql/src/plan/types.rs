//! What a change of a column's type means for the values that are there.

use std::fmt::Write as _;

use schema_core::{Column, Type};

use crate::quote;
use crate::render::column::type_name;
use crate::text::{Cursor, split_commas};

/// A type taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TypeText {
    /// `varchar`.
    pub(super) word: String,
    /// What stands in the parentheses.
    pub(super) arguments: Vec<String>,
    pub(super) unsigned: bool,
}

impl TypeText {
    pub(super) fn of(ty: &Type) -> Self {
        let text = type_name(ty);
        let mut cursor = Cursor::new(&text);
        let word = cursor.next().map(|token| token.text.to_ascii_lowercase()).unwrap_or_default();
        let arguments = cursor
            .group()
            .map(|list| split_commas(list).into_iter().map(str::to_owned).collect())
            .unwrap_or_default();
        let unsigned = cursor.rest().to_ascii_lowercase().contains("unsigned");
        Self { word, arguments, unsigned }
    }

    fn number(&self, at: usize) -> Option<u64> {
        self.arguments.get(at)?.parse().ok()
    }

    /// Whether the type lists its values.
    pub(super) fn is_listed(&self) -> bool {
        matches!(self.word.as_str(), "enum" | "set")
    }

    /// The values of an enum or set.
    pub(super) fn values(&self) -> Vec<String> {
        self.arguments.iter().map(|literal| quote::unquote_string(literal)).collect()
    }

    /// The smallest and largest value of a whole-number type.
    fn range(&self) -> Option<(i128, i128)> {
        let bits = match self.word.as_str() {
            "tinyint" => 8,
            "smallint" => 16,
            "mediumint" => 24,
            "int" => 32,
            "bigint" => 64,
            _ => return None,
        };
        let one: i128 = 1;
        Some(if self.unsigned {
            (0, (one << bits) - 1)
        } else {
            (-(one << (bits - 1)), (one << (bits - 1)) - 1)
        })
    }

    /// How many characters, or bytes of a byte string, a value may have.
    fn length(&self) -> Option<u64> {
        match self.word.as_str() {
            "char" | "binary" => Some(self.number(0).unwrap_or(1)),
            "varchar" | "varbinary" => self.number(0),
            "tinytext" | "tinyblob" => Some(255),
            "text" | "blob" => Some(65_535),
            "mediumtext" | "mediumblob" => Some(16_777_215),
            "longtext" | "longblob" => Some(4_294_967_295),
            _ => None,
        }
    }

    fn is_bytes(&self) -> bool {
        matches!(self.word.as_str(), "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob")
    }

    fn limit_is_in_bytes(&self) -> bool {
        self.is_bytes() || matches!(self.word.as_str(), "tinytext" | "text" | "mediumtext" | "longtext")
    }

    pub(super) fn is_spatial(&self) -> bool {
        matches!(
            self.word.as_str(),
            "geometry"
                | "point"
                | "linestring"
                | "polygon"
                | "multipoint"
                | "multilinestring"
                | "multipolygon"
                | "geometrycollection"
                | "geomcollection"
        )
    }

    fn is_time(&self) -> bool {
        matches!(self.word.as_str(), "datetime" | "timestamp" | "time")
    }
}

/// What a new type does to the values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Conversion {
    /// Nothing.
    Lossless,
    /// It holds not every value: those rows can be found by this condition on the column.
    Narrows(String),
    /// These values of an enum or set are no longer there; rows that hold them meet the condition.
    RemovesValues(Vec<String>, String),
    /// It changes values in a way that no query foretells. Rows that meet the condition cannot be converted at all.
    Converts(Option<String>),
}

/// What happens to the values of `column`, whose quoted name is given, when its type becomes another.
pub(super) fn conversion(column: &str, before: &Column, after: &Column) -> Conversion {
    let (from, to) = (TypeText::of(&before.ty), TypeText::of(&after.ty));
    if from == to {
        return Conversion::Lossless;
    }
    if let (Some(old), Some(new)) = (from.range(), to.range()) {
        return if new.0 <= old.0 && new.1 >= old.1 {
            Conversion::Lossless
        } else {
            Conversion::Narrows(format!("{column} < {} OR {column} > {}", new.0, new.1))
        };
    }
    if from.word == to.word && to.is_listed() {
        let (old, new) = (from.values(), to.values());
        let removed: Vec<String> = old.into_iter().filter(|value| !new.contains(value)).collect();
        if removed.is_empty() {
            return Conversion::Lossless;
        }
        let mut literals: Vec<String> = removed.iter().map(|value| quote::string(value)).collect();
        let condition = if to.word == "enum" {
            // What is no value at all, from times that were not strict, is the empty text.
            if !new.iter().any(String::is_empty) {
                literals.push("''".to_owned());
            }
            format!("{column} IN ({})", literals.join(", "))
        } else {
            let found: Vec<String> =
                literals.iter().map(|value| format!("FIND_IN_SET({value}, {column}) > 0")).collect();
            found.join(" OR ")
        };
        return Conversion::RemovesValues(removed, condition);
    }
    if let (Some(old), Some(new)) = (from.length(), to.length()) {
        // Padding makes a fixed length of bytes another value.
        if from.is_bytes() != to.is_bytes() || to.word == "binary" && from.word != "binary" {
            return Conversion::Converts(None);
        }
        if new >= old && (to.limit_is_in_bytes() == from.limit_is_in_bytes() || new >= old.saturating_mul(4))
        {
            return Conversion::Lossless;
        }
        let length = if to.limit_is_in_bytes() { "LENGTH" } else { "CHAR_LENGTH" };
        return Conversion::Narrows(format!("{length}({column}) > {new}"));
    }
    if from.word == "decimal" && to.word == "decimal" {
        let digits = |ty: &TypeText| (ty.number(0).unwrap_or(10), ty.number(1).unwrap_or(0));
        let ((old, old_scale), (new, new_scale)) = (digits(&from), digits(&to));
        let sign_goes = to.unsigned && !from.unsigned;
        if new_scale >= old_scale && new - new_scale >= old - old_scale && !sign_goes {
            return Conversion::Lossless;
        }
        let mut condition = format!("{column} <> CAST({column} AS DECIMAL({new},{new_scale}))");
        let _ = write!(
            condition,
            " OR ABS({column}) >= 1{}",
            "0".repeat(usize::try_from(new - new_scale).unwrap_or(0))
        );
        if sign_goes {
            let _ = write!(condition, " OR {column} < 0");
        }
        return Conversion::Narrows(condition);
    }
    if from.is_spatial() && to.is_spatial() {
        let another_geometry = |words: &str| {
            let word = format!("COALESCE(ST_GEOMETRYTYPE({column}), '')");
            Conversion::Narrows(format!("{column} IS NOT NULL AND {word} NOT IN ({words})"))
        };
        return match to.word.as_str() {
            "geometry" => Conversion::Lossless,
            // The servers do not agree on the name.
            "geomcollection" | "geometrycollection" => {
                another_geometry("'GEOMCOLLECTION', 'GEOMETRYCOLLECTION'")
            }
            word => another_geometry(&format!("'{}'", word.to_ascii_uppercase())),
        };
    }
    if from.is_time() && to.word == from.word {
        let (old, new) = (from.number(0).unwrap_or(0), to.number(0).unwrap_or(0));
        if new >= old {
            return Conversion::Lossless;
        }
        let unit = 10_u64.pow(u32::try_from(6 - new.min(6)).unwrap_or(0));
        return Conversion::Narrows(format!("MICROSECOND({column}) % {unit} <> 0"));
    }
    match (from.word.as_str(), to.word.as_str()) {
        ("date", "datetime") | ("float", "double") | ("enum" | "set", "longtext" | "mediumtext" | "text") => {
            Conversion::Lossless
        }
        ("datetime", "date") => Conversion::Narrows(format!("TIME({column}) <> '00:00:00'")),
        // Bytes are no text in a character set, whatever they spell (3144).
        (_, "json") if from.is_bytes() || from.word == "bit" => {
            Conversion::Narrows(format!("{column} IS NOT NULL"))
        }
        (_, "json") if from.length().is_some() => Conversion::Narrows(format!("NOT JSON_VALID({column})")),
        ("enum" | "set", "varchar" | "char") => {
            Conversion::Narrows(format!("CHAR_LENGTH({column}) > {}", to.length().unwrap_or(0)))
        }
        (_, "enum") if from.length().is_some() && !from.is_bytes() => {
            let literals: Vec<&str> = to.arguments.iter().map(String::as_str).collect();
            Conversion::Narrows(format!("{column} NOT IN ({})", literals.join(", ")))
        }
        (
            "date" | "datetime" | "timestamp" | "time" | "year" | "decimal" | "float" | "double",
            "varchar" | "char",
        ) => Conversion::Narrows(format!("CHAR_LENGTH({column}) > {}", to.length().unwrap_or(0))),
        ("bit", "bit") => {
            let (old, new) = (from.number(0).unwrap_or(1), to.number(0).unwrap_or(1));
            if new >= old {
                return Conversion::Lossless;
            }
            Conversion::Narrows(format!("{column} >= {}", 1_u64 << new.min(63)))
        }
        (_, "varchar" | "char") if from.range().is_some() => {
            Conversion::Narrows(format!("CHAR_LENGTH({column}) > {}", to.length().unwrap_or(0)))
        }
        (_, "decimal") if from.range().is_some() => {
            let (precision, scale) = (to.number(0).unwrap_or(10), to.number(1).unwrap_or(0));
            let whole = "0".repeat(usize::try_from(precision.saturating_sub(scale)).unwrap_or(0));
            Conversion::Narrows(format!("ABS({column}) >= 1{whole}"))
        }
        ("decimal", _) if to.range().is_some() => {
            let (min, max) = to.range().unwrap_or_default();
            Conversion::Narrows(format!(
                "{column} <> ROUND({column}) OR {column} < {min} OR {column} > {max}"
            ))
        }
        _ => Conversion::Converts(inconvertible(column, &from, &to)),
    }
}

/// What finds the values that the server refuses to convert, as far as that is known.
fn inconvertible(column: &str, from: &TypeText, to: &TypeText) -> Option<String> {
    const WHOLE: &str = "^ *[-+]?[0-9]+ *$";
    const NUMBER: &str = "^ *[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)(e[-+]?[0-9]+)? *$";
    let is_text = from.length().is_some() && !from.is_bytes();
    let is_real = |ty: &TypeText| matches!(ty.word.as_str(), "float" | "double");
    if let Some((min, max)) = to.range() {
        let outside = format!("NOT BETWEEN {min} AND {max}");
        return if is_text {
            Some(format!("{column} NOT REGEXP '{WHOLE}' OR CAST({column} AS DECIMAL(65,0)) {outside}"))
        } else {
            is_real(from).then(|| format!("{column} {outside}"))
        };
    }
    match to.word.as_str() {
        "float" | "double" | "decimal" if is_text => Some(format!("{column} NOT REGEXP '{NUMBER}'")),
        "decimal" if is_real(from) => {
            let digits = to.number(0).unwrap_or(10).saturating_sub(to.number(1).unwrap_or(0));
            Some(format!("ABS({column}) >= 1e{digits}"))
        }
        "date" | "time" | "uuid" | "inet4" | "inet6" if is_text => {
            Some(format!("{column} IS NOT NULL AND CAST({column} AS {}) IS NULL", to.word))
        }
        "datetime" | "timestamp" if is_text => {
            Some(format!("{column} IS NOT NULL AND CAST({column} AS DATETIME) IS NULL"))
        }
        // The most that any version's timestamp holds.
        "timestamp" if from.word == "datetime" => Some(format!(
            "{column} IS NOT NULL AND COALESCE(UNIX_TIMESTAMP({column}), 0) NOT BETWEEN 1 AND 4294967295"
        )),
        _ => None,
    }
}

/// Whether no value of one type can become one of the other: the servers refuse to try.
pub(super) fn is_another_world(before: &Type, after: &Type) -> bool {
    let (from, to) = (TypeText::of(before), TypeText::of(after));
    if from.word == to.word {
        return false;
    }
    let is_address = |ty: &TypeText| matches!(ty.word.as_str(), "uuid" | "inet4" | "inet6");
    let is_string = |ty: &TypeText| ty.length().is_some();
    match (from.is_spatial(), to.is_spatial()) {
        (true, true) => false,
        (true, false) | (false, true) => true,
        (false, false) if from.word == "vector" || to.word == "vector" => true,
        (false, false) => is_address(&from) && !is_string(&to) || is_address(&to) && !is_string(&from),
    }
}

/// Whether values were only added behind the ones that are there, within the same size of storage.
pub(super) fn appends_values(before: &Column, after: &Column) -> bool {
    let (from, to) = (TypeText::of(&before.ty), TypeText::of(&after.ty));
    let bytes = |ty: &TypeText| match (ty.word.as_str(), ty.arguments.len()) {
        ("enum", count) => usize::from(count > 255) + 1,
        (_, count) => match count.div_ceil(8) {
            5..=7 => 8,
            bytes => bytes,
        },
    };
    from.word == to.word
        && to.is_listed()
        && to.arguments.len() >= from.arguments.len()
        && to.arguments[..from.arguments.len()] == from.arguments[..]
        && bytes(&from) == bytes(&to)
}

/// For a string that only gets longer: whether its length still takes as many bytes to say.
pub(super) fn lengthens(before: &Column, after: &Column, charset: Option<&str>) -> Option<bool> {
    let (from, to) = (TypeText::of(&before.ty), TypeText::of(&after.ty));
    let width = match to.word.as_str() {
        "varchar" => bytes_per_character(charset),
        "varbinary" => 1,
        _ => return None,
    };
    let (old, new) = (from.number(0)? * width, to.number(0)? * width);
    (from.word == to.word && new >= old).then_some((old <= 255) == (new <= 255))
}

fn bytes_per_character(charset: Option<&str>) -> u64 {
    match charset {
        Some(
            "latin1" | "ascii" | "binary" | "latin2" | "cp1251" | "cp1252" | "greek" | "hebrew" | "koi8r",
        ) => 1,
        Some("ucs2" | "gbk" | "gb2312" | "sjis" | "cp932" | "big5" | "euckr") => 2,
        Some("utf8mb3" | "utf8" | "ujis" | "eucjpms") => 3,
        Some(_) | None => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::{Conversion, appends_values, conversion, lengthens};
    use schema_core::{Column, Type};

    fn column(ty: &str) -> Column {
        Column::new("c", Type::native(ty))
    }

    fn from_to(before: &str, after: &str) -> Conversion {
        conversion("`c`", &column(before), &column(after))
    }

    #[test]
    fn conversions() {
        assert_eq!(from_to("int", "bigint"), Conversion::Lossless);
        assert_eq!(from_to("int", "int unsigned"), Conversion::Narrows("`c` < 0 OR `c` > 4294967295".into()));
        assert_eq!(
            from_to("varchar(20)", "varchar(10)"),
            Conversion::Narrows("CHAR_LENGTH(`c`) > 10".into())
        );
        assert_eq!(from_to("varchar(20)", "text"), Conversion::Lossless);
        assert_eq!(from_to("text", "longtext"), Conversion::Lossless);
        assert_eq!(
            from_to("enum('a','b')", "enum('a')"),
            Conversion::RemovesValues(vec!["b".into()], "`c` IN ('b', '')".into())
        );
        assert_eq!(
            from_to("datetime(6)", "datetime"),
            Conversion::Narrows("MICROSECOND(`c`) % 1000000 <> 0".into())
        );
        assert_eq!(
            from_to("double", "tinyint"),
            Conversion::Converts(Some("`c` NOT BETWEEN -128 AND 127".into()))
        );
        assert_eq!(from_to("timestamp", "datetime"), Conversion::Converts(None));
        assert_eq!(from_to("blob", "json"), Conversion::Narrows("`c` IS NOT NULL".into()));
        assert_eq!(from_to("bit(4)", "json"), Conversion::Narrows("`c` IS NOT NULL".into()));
        assert_eq!(from_to("varchar(9)", "json"), Conversion::Narrows("NOT JSON_VALID(`c`)".into()));
    }

    #[test]
    fn appended_values_and_longer_strings() {
        assert!(appends_values(&column("enum('a')"), &column("enum('a','b')")));
        assert!(!appends_values(&column("enum('a','b')"), &column("enum('b','a','c')")));
        let eight = "set('1','2','3','4','5','6','7','8')";
        assert!(!appends_values(&column(eight), &column(&eight.replace(')', ",'9')"))));
        let length = |a, b| lengthens(&column(a), &column(b), Some("utf8mb4"));
        assert_eq!(length("varchar(20)", "varchar(30)"), Some(true));
        assert_eq!(length("varchar(63)", "varchar(64)"), Some(false));
        assert_eq!(length("varchar(30)", "varchar(20)"), None);
    }
}
