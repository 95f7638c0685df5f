//! The two servers that share this dialect, and what each version of them can do.

use schema_core::{Engine, Name, Version};

/// Which of the two servers.
///
/// ```
/// use schema_core::{Engine, Version};
/// use schema_mysql::Flavour;
/// let (flavour, version) = Flavour::parse("5.5.5-10.11.19-MariaDB");
/// assert_eq!((flavour.engine(), version), (Engine::MariaDb, Version::new(10, 11, 19)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    /// MySQL.
    MySql,
    /// MariaDB.
    MariaDb,
}

impl Flavour {
    /// The engine it is called in plans and errors.
    pub fn engine(self) -> Engine {
        match self {
            Self::MySql => Engine::MySql,
            Self::MariaDb => Engine::MariaDb,
        }
    }

    /// Reads `SELECT VERSION()`: `9.7.4-2`, `10.11.19-MariaDB-0+deb12u1`, `5.5.5-10.11.19-MariaDB`.
    pub fn parse(version: &str) -> (Self, Version) {
        let flavour =
            if version.to_ascii_lowercase().contains("mariadb") { Self::MariaDb } else { Self::MySql };
        // Old replication clients were told a 5.5.5 before MariaDB's own number.
        let digits = version.strip_prefix("5.5.5-").unwrap_or(version);
        let mut numbers =
            digits.split(|c: char| !c.is_ascii_digit()).take(3).map(|number| number.parse().unwrap_or(0));
        let mut next = || numbers.next().unwrap_or(0);
        (flavour, Version::new(next(), next(), next()))
    }
}

/// How a server keeps the names of tables, views and databases: `lower_case_table_names`, which follows from the file
/// system that it was installed on.
///
/// ```
/// assert_eq!(schema_mysql::TableNames::default(), schema_mysql::TableNames::AsDeclared);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TableNames {
    /// As they are declared, and told apart by case: 0, as on Linux.
    #[default]
    AsDeclared,
    /// In lower case: 1, as on Windows.
    LowerCase,
    /// As they are declared, and not told apart by case: 2, as on macOS.
    CaseBlind,
}

impl TableNames {
    /// Reads `@@lower_case_table_names`.
    pub(crate) fn parse(value: &str) -> Self {
        match value {
            "1" => Self::LowerCase,
            "2" => Self::CaseBlind,
            _ => Self::AsDeclared,
        }
    }

    /// The name that the server keeps.
    pub(crate) fn kept(self, name: Name) -> Name {
        match self {
            Self::LowerCase => Name::new(name.as_str().to_lowercase()),
            Self::AsDeclared | Self::CaseBlind => name,
        }
    }
}

/// What a server can do, asked by name rather than by number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Capabilities {
    flavour: Flavour,
    version: Version,
}

impl Capabilities {
    pub(crate) fn new(flavour: Flavour, version: Version) -> Self {
        Self { flavour, version }
    }

    fn is_mysql(self) -> bool {
        self.flavour == Flavour::MySql
    }

    fn at_least(self, major: u32, minor: u32, patch: u32) -> bool {
        self.version >= Version::new(major, minor, patch)
    }

    /// `CREATE SEQUENCE`.
    pub(crate) fn sequences(self) -> bool {
        !self.is_mysql()
    }

    /// An `inet6` type, which also holds IPv4 addresses.
    pub(crate) fn inet_type(self) -> bool {
        !self.is_mysql() && self.at_least(10, 10, 0)
    }

    /// Indexes over expressions. MariaDB indexes generated columns instead.
    pub(crate) fn functional_indexes(self) -> bool {
        self.is_mysql() && self.at_least(8, 0, 13)
    }

    /// Checks that are kept but not enforced.
    pub(crate) fn unenforced_checks(self) -> bool {
        self.is_mysql() && self.at_least(8, 0, 16)
    }

    /// `ALTER TABLE … LOCK=NONE` with `ALGORITHM=COPY`.
    pub(crate) fn online_copy(self) -> bool {
        !self.is_mysql() && self.at_least(11, 2, 0)
    }

    /// A versioned table's history may become visible in columns, with `ALTER TABLE`.
    pub(crate) fn shown_history(self) -> bool {
        !self.is_mysql() && self.at_least(11, 7, 0)
    }

    /// The algorithm between INSTANT and INPLACE that rebuilds nothing but indexes.
    pub(crate) fn nocopy(self) -> bool {
        !self.is_mysql()
    }
}

#[cfg(test)]
mod tests {
    use super::{Flavour, TableNames};
    use schema_core::Version;

    #[test]
    fn names_are_kept_as_the_server_keeps_them() {
        let kept = |value| TableNames::parse(value).kept("UserÄ".into());
        assert_eq!((kept("0"), kept("1"), kept("2")), ("UserÄ".into(), "userä".into(), "UserÄ".into()));
    }

    #[test]
    fn reads_versions() {
        assert_eq!(Flavour::parse("9.7.4-2"), (Flavour::MySql, Version::new(9, 7, 4)));
        assert_eq!(
            Flavour::parse("10.11.19-MariaDB-0+deb12u1"),
            (Flavour::MariaDb, Version::new(10, 11, 19))
        );
        assert_eq!(Flavour::parse("5.5.5-10.5.2-MariaDB"), (Flavour::MariaDb, Version::new(10, 5, 2)));
        assert_eq!(Flavour::parse("odd"), (Flavour::MySql, Version::new(0, 0, 0)));
    }
}
