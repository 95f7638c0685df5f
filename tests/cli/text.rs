//! What people see.

use crate::process::{Folder, groundplan};

/// Replaces what is another in each run.
fn stable(text: &str, folder: &Folder) -> String {
    text.replace(&folder.path(""), "")
}
