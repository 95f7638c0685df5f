//! Stdin, stdout and stderr: nothing hangs, nothing panics, and programs can read everything.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::process::{Folder, command, groundplan};

/// Every command, on a database with a table and a schema that adds another.
fn commands(folder: &Folder) -> Vec<Vec<String>> {
    let url = folder.sqlite("a.db");
    let first = folder.file("first.sql", "CREATE TABLE a (b int);");
    let second = folder.file("second.sql", "CREATE TABLE a (b int); CREATE TABLE c (d int);");
    groundplan(&["apply", "--url", &url, "--to", &first]).with(0);
    let (plan, approval) = (folder.path("plan.json"), folder.path("approval.json"));
    groundplan(&["plan", "--url", &url, "--to", &second, "--out", &plan]).with(0);
    let commands = [
        &["inspect", "--url", &url][..],
        &["diff", "--from", &first, "--to", &second, "--engine", "sqlite"],
        &["plan", "--url", &url, "--to", &second],
        &["approve", &plan, "--all", "--out", &approval],
        &["status", "--url", &url],
        &["explain"],
        &["explain", "GP-DL101"],
        &["--help"],
        &["apply", "--url", &url, "--to", &second],
    ];
    commands.into_iter().map(|command| command.iter().map(|part| (*part).to_owned()).collect()).collect()
}

#[test]
fn every_command_prints_json() {
    let folder = Folder::new();
    for arguments in commands(&folder) {
        if arguments[0] != "--help" {
            let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            arguments.push("--json");
            let ended = groundplan(&arguments).with(0);
            assert!(ended.json().is_object() || ended.json().is_array());
            assert_eq!(ended.stderr, "", "{arguments:?}");
        }
    }
}

#[test]
fn errors_are_json_for_programs() {
    let folder = Folder::new();
    let script = folder.file("a.sql", "CREATE TABLE a (b int);\nnonsense;");
    let ended = groundplan(&["plan", "--url", &folder.sqlite("a.db"), "--to", &script, "--json"]).with(2);
    let error: serde_json::Value = serde_json::from_str(&ended.stderr).unwrap();
    assert_eq!(error["error"]["code"], "GP-E102");
    assert_eq!((&error["error"]["line"], &error["error"]["column"]), (&2.into(), &1.into()));
    assert_eq!(ended.stdout, "");
}

#[test]
fn a_refusal_carries_the_plan() {
    let folder = Folder::new();
    let url = folder.sqlite("a.db");
    groundplan(&["apply", "--url", &url, "--to", &folder.file("a.sql", "CREATE TABLE a (b int);")]).with(0);
    let empty = folder.file("empty.sql", "");
    let ended = groundplan(&["apply", "--url", &url, "--to", &empty, "--json"]).with(3);
    let error: serde_json::Value = serde_json::from_str(&ended.stderr).unwrap();
    assert_eq!(error["error"]["class"], "decision");
    assert_eq!(error["error"]["steps"][0]["step"], 1);
    assert_eq!(error["error"]["plan"]["steps"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let folder = Folder::new();
    for arguments in commands(&folder) {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut child = command(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Both readers are gone before anything is written.
        drop(child.stdout.take());
        drop(child.stderr.take());
        let code = child.wait().unwrap().code();
        assert_eq!(code, Some(0), "{arguments:?}");
    }
}

#[test]
fn stdin_is_never_read() {
    let folder = Folder::new();
    for arguments in commands(&folder) {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut child = command(&arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Nobody ever writes to it, and it stays open.
        let _stdin = child.stdin.take();
        let started = Instant::now();
        while child.try_wait().unwrap().is_none() {
            if started.elapsed() > Duration::from_mins(1) {
                child.kill().unwrap();
                panic!("{arguments:?} waits for stdin");
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

#[cfg(unix)]
#[test]
fn closed_streams_are_no_error() {
    let folder = Folder::new();
    for arguments in commands(&folder) {
        let status = std::process::Command::new("sh")
            .args(["-c", "exec \"$@\" <&- >&- 2>&-", "sh", env!("CARGO_BIN_EXE_groundplan")])
            .args(&arguments)
            .status()
            .unwrap();
        assert_eq!(status.code(), Some(0), "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_reported() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = command(&["explain"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("GP-E103"));
}

#[test]
fn the_same_input_prints_the_same_bytes() {
    let folder = Folder::new();
    for arguments in commands(&folder) {
        if arguments[0] != "apply" {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            assert_eq!(groundplan(&arguments).stdout, groundplan(&arguments).stdout, "{arguments:?}");
        }
    }
}
