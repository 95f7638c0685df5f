//! What views and stored programs were made under: the server records it and prints it beside their texts.

use std::collections::HashMap;

use schema_core::{Error, MySqlMadeIn, MySqlProgram, Name, QualifiedName};
use sqlx::mysql::MySqlRow;

use super::{Listed, Source};
use crate::server::{SQL_MODE, Server, text};

/// What objects were made under in a database, for others of the same names whose declaration does not say: what
/// is not said stays as it is.
#[derive(Debug, Default)]
pub(crate) struct Recorded {
    by_name: HashMap<(Listed, QualifiedName), MySqlProgram>,
    /// The modes of a session to which none was said.
    usual_modes: Vec<String>,
    /// What declarations say.
    pub(crate) said: Said,
}

/// What a script says about the session that its statements run in.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Said {
    pub(crate) charset: bool,
    pub(crate) sql_mode: bool,
}

impl Recorded {
    /// Asks a server about its databases.
    pub(crate) async fn of(server: &mut Server, sources: &[Source]) -> Result<Self, Error> {
        let modes = server.query("SELECT CAST(@@GLOBAL.sql_mode AS CHAR)").await?;
        let mut recorded = Self {
            usual_modes: modes.first().and_then(|row| text(row, 0)).into_iter().collect(),
            ..Self::default()
        };
        recorded.usual_modes.push(SQL_MODE.to_owned());
        for source in sources {
            for row in server.catalog(include_str!("recorded.sql"), &source.actual).await? {
                let Some(listed) = text(&row, "kind").as_deref().and_then(Listed::parse) else { continue };
                let name = Name::new(text(&row, "name").unwrap_or_default());
                let name = QualifiedName { schema: source.model.clone(), name };
                recorded.by_name.insert((listed, name), read(&row, server));
            }
        }
        Ok(recorded)
    }

    /// The mode of a session to which none was said.
    pub(crate) fn usual_mode(&self) -> &str {
        self.usual_modes.first().map_or("", String::as_str)
    }

    /// What an object with this text counts as made under.
    pub(super) fn settle(
        &self,
        listed: Listed,
        name: &QualifiedName,
        text: &str,
        mut found: MySqlProgram,
    ) -> MySqlProgram {
        let Some(before) = self.by_name.get(&(listed, name.clone())) else { return found };
        if !self.said.charset && found.made_in.is_none() {
            found.made_in.clone_from(&before.made_in);
        }
        if !self.said.sql_mode
            && let (Some(mode), Some(kept)) = (&found.sql_mode, &before.sql_mode)
            && self.usual_modes.contains(mode)
            && reading(mode, text) == reading(kept, text)
        {
            found.sql_mode = Some(kept.clone());
        }
        found
    }
}

/// What a row says that an object was made under.
pub(super) fn read(row: &MySqlRow, server: &Server) -> MySqlProgram {
    let made_in = match (text(row, "character_set_client"), text(row, "collation_connection")) {
        (Some(charset), Some(collation)) => {
            Some(MySqlMadeIn { charset: Name::new(charset), collation: Name::new(collation) })
        }
        (None, _) | (_, None) => None,
    };
    let is_usual =
        |made_in: &MySqlMadeIn| made_in.charset == "utf8mb4" && made_in.collation == server.usual_collation;
    MySqlProgram { sql_mode: text(row, "sql_mode"), made_in: made_in.filter(|made_in| !is_usual(made_in)) }
}

/// The modes that decide how a text is read and printed, without those that decide what happens when it runs, and
/// those about signs that it does not have.
pub(crate) fn reading<'a>(sql_mode: &'a str, text: &str) -> Vec<&'a str> {
    const RUNNING: &[&str] = &[
        "ALLOW_INVALID_DATES",
        "EMPTY_STRING_IS_NULL",
        "ERROR_FOR_DIVISION_BY_ZERO",
        // What parses with it and without it is the same.
        "IGNORE_SPACE",
        "NO_AUTO_CREATE_USER",
        "NO_AUTO_VALUE_ON_ZERO",
        "NO_ENGINE_SUBSTITUTION",
        "NO_UNSIGNED_SUBTRACTION",
        "NO_ZERO_DATE",
        "NO_ZERO_IN_DATE",
        "ONLY_FULL_GROUP_BY",
        "PAD_CHAR_TO_FULL_LENGTH",
        "SIMULTANEOUS_ASSIGNMENT",
        "STRICT_ALL_TABLES",
        "STRICT_TRANS_TABLES",
        "TIME_TRUNCATE_FRACTIONAL",
        "TRADITIONAL",
    ];
    let matters = |mode: &&str| match *mode {
        "" => false,
        "PIPES_AS_CONCAT" => text.contains("||"),
        "NO_BACKSLASH_ESCAPES" => text.contains('\\'),
        mode => !RUNNING.contains(&mode),
    };
    sql_mode.split(',').filter(matters).collect()
}
