//! The codes of errors: what happened, and what to do.

use std::fmt;

use serde::{Serialize, Serializer};

macro_rules! codes {
    ($($(#[doc = $summary:literal])+ $name:ident = $code:literal: $fix:literal,)*) => {
        /// The stable code of an error.
        ///
        /// ```
        /// use schema_core::{Error, ErrorCode};
        /// let code = Error::Input("no such file".to_owned()).code();
        /// assert_eq!((code, code.as_str()), (ErrorCode::Input, "GP-E103"));
        /// assert_eq!(code.summary(), "A file, URL or option cannot be used.");
        /// assert_eq!(code.fix(), "correct what is named; nothing was done");
        /// assert!(ErrorCode::ALL.contains(&code));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[doc = $summary])+ $name,)*
        }

        impl ErrorCode {
            /// Every code, in their order.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The code: `GP-E103`.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What happened, in one sentence.
            pub fn summary(self) -> &'static str {
                match self { $(Self::$name => concat!($($summary),+),)* }.trim()
            }

            /// What to do about it.
            pub fn fix(self) -> &'static str {
                match self { $(Self::$name => $fix,)* }
            }
        }
    };
}

codes! {
    /// The declared schema says something that the engine cannot hold.
    InvalidSchema = "GP-E101": "change what is named; nothing was done",
    /// A SQL script cannot be read, or the engine refused one of its statements.
    Script = "GP-E102": "correct the script at the place that is named; nothing was done",
    /// A file, URL or option cannot be used.
    Input = "GP-E103": "correct what is named; nothing was done",
    /// The engine, in this version, has no way to do this.
    Unsupported = "GP-E104": "declare it another way, or use a version that can",
    /// A rename hint names an old and a new object, and both exist.
    RenameConflict = "GP-E105": "remove the hint if the rename is done, or one of the objects",
    /// The server cannot be reached, or refuses the connection.
    Connect = "GP-E201": "check the URL, the server and the credentials",
    /// The server refused a statement.
    Database = "GP-E202": "read the engine's message; the next run goes on from where this one stopped",
    /// The connection goes through a pooler that hands out connections by transaction, so that no lock can be held.
    Pooler = "GP-E203": "use the URL of the server itself",
    /// Another process is changing the database, and did not finish in time.
    Locked = "GP-E204": "try again, or wait longer with --lock-wait",
    /// Steps of the plan lose data, break running code or block others, and nobody has consented to them.
    Refused = "GP-E301": "write the plan with `plan --out plan.json`, approve its steps with `approve`, and apply it with `apply --plan plan.json --approval approval.json`",
    /// Rows in the database stand in the way of the plan.
    ProbeFailed = "GP-E302": "look at the rows with the query that is shown, and correct them, or declare what they meet: a new column with a default, or nullable at first",
    /// The approval is for another plan or database, or has expired.
    Approval = "GP-E303": "make the plan again, review it, and approve it again",
    /// The database is not the one that the plan was made from.
    BaseChanged = "GP-E304": "make the plan again",
    /// The database was changed by a version of Groundplan that this one does not know.
    Newer = "GP-E305": "use that version, or a later one",
    /// Somebody else has held for long what the plan needs: a transaction, a prepared one, a vacuum.
    Blocked = "GP-E306": "end what the query shows, or wait for it, and try again; nothing was done",
    /// After the last step the database is not what the plan leads to.
    Verification = "GP-E401": "look at the objects that are named: something changed them meanwhile, or this is a defect of Groundplan",
    /// This is a defect of Groundplan.
    Internal = "GP-E901": "please report it, with the schema that shows it",
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::ErrorCode;

    #[test]
    fn codes_are_in_order_and_say_what_to_do() {
        assert!(ErrorCode::ALL.windows(2).all(|pair| pair[0].as_str() < pair[1].as_str()));
        for code in ErrorCode::ALL {
            assert!(code.as_str().starts_with("GP-E"), "{code}");
            assert!(code.summary().ends_with('.') && !code.fix().is_empty(), "{code}");
        }
    }
}
