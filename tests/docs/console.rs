//! Runs the `console` blocks of a page, one after the other, in a folder of their own.
//!
//! A line that begins with `$ ` is a command, together with the lines of its here-document; the lines after it are its
//! output, both streams together. A command succeeds unless an `echo $?` after it shows another exit code. Hashes, times
//! and folders may differ.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

use super::{assert_page, read};

#[test]
fn readme() {
    check("README.md");
}

#[test]
fn guide() {
    check("docs/guide.md");
}

#[test]
fn cli() {
    check("docs/cli.md");
}

fn check(path: &str) {
    let page = read(path);
    assert!(page.contains("```console\n"), "{path} shows no command");
    let folder = Folder::new(path);
    let run = run_page(&page, &folder.0);
    if run.stale {
        assert_page(path, &page, &run.text);
    }
    assert!(run.failed.is_empty(), "{path}: {}", run.failed.join("\n"));
}

struct Run {
    /// The page with the output that the commands have now.
    text: String,
    /// Whether the page says something else.
    stale: bool,
    /// Commands that failed though the page does not say so.
    failed: Vec<String>,
}

fn run_page(page: &str, folder: &Path) -> Run {
    let mut run = Run { text: String::new(), stale: false, failed: Vec::new() };
    let mut shell = Shell { folder, status: 0 };
    let mut lines = page.lines().peekable();
    let mut in_console = false;
    while let Some(line) = lines.next() {
        let _ = writeln!(run.text, "{line}");
        in_console = if in_console { line != "```" } else { line == "```console" };
        let Some(command) = line.strip_prefix("$ ").filter(|_| in_console) else { continue };
        let mut command = command.to_owned();
        if let Some((_, end)) = command.split_once("<<") {
            let end = end.trim().trim_matches('\'').to_owned();
            for line in lines.by_ref() {
                let _ = writeln!(run.text, "{line}");
                command = command + "\n" + line;
                if line == end {
                    break;
                }
            }
        }
        let mut shown = String::new();
        while let Some(line) = lines.next_if(|line| !line.starts_with("$ ") && *line != "```") {
            let _ = writeln!(shown, "{line}");
        }
        let output = shell.run(&command);
        run.stale |= !same(&shown, &output);
        run.text += &output;
        let explained = lines.peek() == Some(&"$ echo $?");
        if shell.status != 0 && !explained {
            run.failed.push(format!("{command}\nended with {}:\n{output}", shell.status));
        }
    }
    run
}

struct Shell<'a> {
    folder: &'a Path,
    status: i32,
}

impl Shell<'_> {
    /// Runs a command after one that ended with `self.status`, and gives what it prints.
    fn run(&mut self, command: &str) -> String {
        if let Some(arguments) = command.strip_prefix("sqlite3 ") {
            self.status = 0;
            return self.sqlite3(arguments);
        }
        let bin = Path::new(env!("CARGO_BIN_EXE_groundplan")).parent().unwrap();
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
        let output = Command::new("sh")
            .arg("-c")
            .arg(format!("exec 2>&1; (exit {}); {command}", self.status))
            .current_dir(self.folder)
            .env("PATH", path)
            .env("USER", "ada")
            .env_remove("DATABASE_URL")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        self.status = output.status.code().unwrap_or(-1);
        let text = String::from_utf8(output.stdout).unwrap();
        let folder = self.folder.display().to_string();
        let mut text = text.replace(&folder, "/home/ada/app");
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        text
    }
}

impl Shell<'_> {
    /// Does what SQLite's own shell would do with `FILE "SQL"`, for machines that do not have it.
    fn sqlite3(&self, arguments: &str) -> String {
        let (file, sql) = arguments.split_once(' ').unwrap();
        let sql = sql.trim_matches('"').to_owned();
        let options = SqliteConnectOptions::new().filename(self.folder.join(file));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut connection = options.connect().await.unwrap();
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
            connection.close().await.unwrap();
        });
        String::new()
    }
}

/// Whether two outputs differ in nothing but hashes, numbers of time, and trailing space.
fn same(a: &str, b: &str) -> bool {
    let lines = |text: &str| text.lines().map(|line| general(line.trim_end())).collect::<Vec<_>>();
    lines(a) == lines(b)
}

/// A line without what is another each time: hashes, dates, durations and versions.
fn general(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphanumeric()) {
        let (before, tail) = rest.split_at(start);
        let end =
            tail.find(|c: char| !(c.is_ascii_alphanumeric() || ".:-".contains(c))).unwrap_or(tail.len());
        let (word, tail) = tail.split_at(end);
        text.push_str(before);
        text.push_str(if is_hash(word) {
            "<hash>"
        } else if is_time(word) || line.contains("_ms\"") {
            "<number>"
        } else {
            word
        });
        rest = tail;
    }
    text + rest
}

fn is_hash(word: &str) -> bool {
    let hash = word.rsplit('_').next().unwrap_or(word).trim_end_matches(['.', ':']);
    hash.len() >= 12
        && hash.chars().all(|c| c.is_ascii_hexdigit())
        && hash.contains(|c: char| c.is_ascii_digit())
}

/// `2026-11-22`, `19:09:36`, `0.06`, `3.51.3`, and seconds or milliseconds since 1970.
fn is_time(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    word.starts_with(|c: char| c.is_ascii_digit())
        && !word.contains(|c: char| c.is_ascii_alphabetic())
        && (digits >= 10 || word.trim_end_matches(['.', ':']).contains(['.', ':', '-']))
}

struct Folder(std::path::PathBuf);

impl Folder {
    fn new(page: &str) -> Self {
        let name = format!("groundplan-{}-{}", page.replace('/', "-"), std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self(std::fs::canonicalize(folder).unwrap())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
