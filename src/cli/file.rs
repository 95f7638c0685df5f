//! Files that are read and written.

use std::path::Path;

use schema_core::Error;

pub(super) fn read(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path)
        .map_err(|error| Error::Input(format!("{} cannot be read: {error}", path.display())))
}

pub(super) fn write(path: &Path, text: &str) -> Result<(), Error> {
    std::fs::write(path, text)
        .map_err(|error| Error::Input(format!("{} cannot be written: {error}", path.display())))
}

/// Says which file an error is about.
pub(super) fn within(path: &Path) -> impl FnOnce(Error) -> Error {
    move |error| match error {
        Error::Input(message) => Error::Input(format!("{}: {message}", path.display())),
        other => other,
    }
}
