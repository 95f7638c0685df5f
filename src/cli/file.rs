//! Files that are read and written.

use std::path::Path;

use schema_core::Error;

use super::connect::without_secrets;

/// A path as it may be shown: it may be a URL that was given in the place of one.
pub(super) fn shown(path: &Path) -> String {
    without_secrets(&path.display().to_string())
}

pub(super) fn read(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path)
        .map_err(|error| Error::Input(format!("{} cannot be read: {error}", shown(path))))
}

pub(super) fn write(path: &Path, text: &str) -> Result<(), Error> {
    std::fs::write(path, text)
        .map_err(|error| Error::Input(format!("{} cannot be written: {error}", shown(path))))
}

/// Says which file an error is about.
pub(super) fn within(path: &Path) -> impl FnOnce(Error) -> Error {
    move |error| match error {
        Error::Input(message) => Error::Input(format!("{}: {message}", shown(path))),
        other => other,
    }
}
