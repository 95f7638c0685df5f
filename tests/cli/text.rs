//! What people see.

use insta::assert_snapshot;

use crate::process::{Folder, groundplan};

const FIRST: &str = "
CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    email TEXT NOT NULL,
    legacy TEXT
);
CREATE INDEX users_email ON users (email);
";

const SECOND: &str = "
CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    -- groundplan:renamed_from=email
    mail TEXT NOT NULL,
    created_at TEXT
);
CREATE UNIQUE INDEX users_mail ON users (mail);
CREATE VIEW mails AS SELECT mail FROM users;
";

/// What is printed, without what is another in each run: the folder, hashes and times.
fn stable(text: &str, folder: &Folder) -> String {
    let text = text.replace(&folder.path(""), "");
    let words = text.split_inclusive([' ', '\n', ':', ',', '"', '_']).map(|word| {
        let core = word.trim_end_matches([' ', '\n', ':', ',', '"', '_']);
        let is_hash = core.len() >= 12
            && core.chars().all(|c| c.is_ascii_hexdigit())
            && core.contains(|c: char| c.is_ascii_digit());
        if is_hash { word.replace(core, "<hash>") } else { word.to_owned() }
    });
    words.collect()
}

#[test]
fn a_first_plan() {
    let folder = Folder::new();
    let (url, first) = (folder.sqlite("app.db"), folder.file("first.sql", FIRST));
    let plan = groundplan(&["plan", "--url", &url, "--to", &first]).with(0).stdout;
    assert_snapshot!(stable(&plan, &folder), @r#"
      1. create table users (table users)
           CREATE TABLE users (
               id INTEGER PRIMARY KEY,
               email TEXT NOT NULL,
               legacy TEXT
           )
           CREATE INDEX users_email ON users (email)
         writer lock on table users; instant; reversible
    plan <hash> on base <hash>: 1 step
    "#);
    let sql = groundplan(&["plan", "--url", &url, "--to", &first, "--format", "sql"]).with(0).stdout;
    assert_snapshot!(stable(&sql, &folder), @r#"
    PRAGMA foreign_keys = OFF;
    BEGIN;
    -- 1. create table users (table users)
    CREATE TABLE users (
        id INTEGER PRIMARY KEY,
        email TEXT NOT NULL,
        legacy TEXT
    );
    CREATE INDEX users_email ON users (email);
    COMMIT;
    PRAGMA foreign_key_check;
    PRAGMA foreign_keys = ON;
    "#);
    groundplan(&["apply", "--url", &url, "--to", &first]).with(0);
    let plan = groundplan(&["plan", "--url", &url, "--to", &first]).with(0).stdout;
    assert_snapshot!(stable(&plan, &folder), @"Nothing to do: the database is as declared.");
}

#[test]
fn a_plan_that_needs_consent() {
    let folder = Folder::new();
    let (url, first) = (folder.sqlite("app.db"), folder.file("first.sql", FIRST));
    let (second, out) = (folder.file("second.sql", SECOND), folder.path("plan.json"));
    groundplan(&["apply", "--url", &url, "--to", &first]).with(0);
    let plan = groundplan(&["plan", "--url", &url, "--to", &second, "--out", &out]).with(0).stdout;
    assert_snapshot!(stable(&plan, &folder), @r#"
      1. rename column email to mail (column users.email)
           ALTER TABLE "users" RENAME COLUMN "email" TO "mail"
         writer lock on column users.email; instant; reversible
         GP-BC201: code that calls it email breaks
      2. drop index users_email (index users.users_email)
           DROP INDEX "users_email"
         writer lock on index users.users_email; instant; reversible
         GP-NT502: queries that used users_email get slower
      3. drop column legacy (column users.legacy)
           ALTER TABLE "users" DROP COLUMN "legacy"
         writer lock on column users.legacy; rewrites the table; the structure can be brought back, the data not
         GP-DL102: column users.legacy and its values are dropped
         GP-BL301: writers wait while users is written anew (the table is small: nobody notices)
         GP-DL109: if column users.created_at is column users.legacy under a new name, say so and its values are kept: `#[column(renamed_from = "legacy")]` in Rust, `-- groundplan:renamed_from=legacy` above it in SQL, or `--rename users.legacy=created_at`; if not, approve this drop
      4. add column created_at (column users.created_at)
           ALTER TABLE "users" ADD COLUMN created_at TEXT
         writer lock on column users.created_at; instant; reversible
      5. create index users_mail (index users.users_mail)
           CREATE UNIQUE INDEX users_mail ON users (mail)
         writer lock on index users.users_mail; builds an index; reversible
         GP-BL303: writers wait while users_mail is built (the table is small: nobody notices)
         GP-NT504: rows with equal keys in users_mail are refused from now on
         asks first (GP-DD401): keys that more than one row has in users_mail
      6. create view mails (view mails)
           CREATE VIEW mails AS SELECT mail FROM users
         writer lock on view mails; instant; reversible
    plan <hash> on base <hash>: 6 steps
    step 3 loses 0 values of users.legacy
    2 of 6 need an approval:
      groundplan approve plan.json --step 1,3 --out approval.json
      groundplan apply --url sqlite://app.db --plan plan.json --approval approval.json
    "#);
    let refused = groundplan(&["apply", "--url", &url, "--plan", &out]).with(3).stderr;
    assert_snapshot!(stable(&refused, &folder), @r#"
    error[GP-E301]: 2 of 6 steps need an approval; nothing was changed:
      step 1: rename column email to mail (column users.email): GP-BC201: code that calls it email breaks
      step 3: drop column legacy (column users.legacy): GP-DL102: column users.legacy and its values are dropped; GP-DL109: if column users.created_at is column users.legacy under a new name, say so and its values are kept: `#[column(renamed_from = "legacy")]` in Rust, `-- groundplan:renamed_from=legacy` above it in SQL, or `--rename users.legacy=created_at`; if not, approve this drop
        0 values of users.legacy
        to see them: SELECT "legacy" FROM "users" WHERE "legacy" IS NOT NULL
      fix: write the plan with `plan --out plan.json`, approve its steps with `approve`, and apply it with `apply --plan plan.json --approval approval.json`
    "#);
}

#[test]
fn the_way_between_two_files() {
    let folder = Folder::new();
    let (first, second) = (folder.file("first.sql", FIRST), folder.file("second.sql", SECOND));
    let diff = groundplan(&["diff", "--from", &first, "--to", &second, "--engine", "sqlite"]).with(0).stdout;
    assert_snapshot!(stable(&diff, &folder), @r#"
    PRAGMA foreign_keys = OFF;
    BEGIN;
    -- 1. rename column email to mail (column users.email)
    ALTER TABLE "users" RENAME COLUMN "email" TO "mail";
    -- 2. drop index users_email (index users.users_email)
    DROP INDEX "users_email";
    -- 3. drop column legacy (column users.legacy)
    ALTER TABLE "users" DROP COLUMN "legacy";
    -- 4. add column created_at (column users.created_at)
    ALTER TABLE "users" ADD COLUMN created_at TEXT;
    -- 5. create index users_mail (index users.users_mail)
    CREATE UNIQUE INDEX users_mail ON users (mail);
    -- 6. create view mails (view mails)
    CREATE VIEW mails AS SELECT mail FROM users;
    COMMIT;
    PRAGMA foreign_key_check;
    PRAGMA foreign_keys = ON;
    "#);
}

#[test]
fn a_mistake_in_a_script() {
    let folder = Folder::new();
    let script = folder.file(
        "schema/02_users.sql",
        "CREATE TABLE users (\n    id INTEGER PRIMARY KEY,\n\temail TEXT NOT NUL,\n);\n",
    );
    folder.file("schema/01_empty.sql", "-- nothing yet\n");
    let schema = script.replace("/02_users.sql", "");
    let refused = groundplan(&["plan", "--url", &folder.sqlite("app.db"), "--to", &schema]).with(2).stderr;
    assert_snapshot!(stable(&refused, &folder), @r#"
    error[GP-E102]: schema/02_users.sql:3:17: near "NUL": syntax error
       |
     3 | 	email TEXT NOT NUL,
       | 	               ^
      fix: correct the script at the place that is named; nothing was done
    "#);
}

#[test]
fn an_explanation() {
    assert_snapshot!(groundplan(&["explain", "gp-dl102"]).with(0).stdout, @r"
    GP-DL102: A column and its values are dropped.

    The values are gone, and code that still selects the column fails at once. PostgreSQL also
    drops every index, check and unique constraint over the column without being asked; MySQL
    shortens a composite unique key to the columns that are left, which a plan prevents by
    dropping the key first.

    Lock: An exclusive lock for an instant; SQLite writes the table anew.

    Safe: Deploy code that no longer uses the column, then approve the drop. If the column has
    only another name now, say `renamed_from`.

    Data is lost or changed: the step is applied only with an approval, under every policy.

      P10 DROP COLUMN: reported
      M7 DROP COLUMN that an index holds: UNIQUE(a, b) becomes UNIQUE(a): reported
      S2 DROP COLUMN of an indexed or unique column: planned around: indexes and views go first, or a rebuild
    ");
    assert_snapshot!(groundplan(&["explain", "GP-E304"]).with(0).stdout, @r"
    GP-E304: The database is not the one that the plan was made from.

    Fix: make the plan again.
    ");
    assert_snapshot!(groundplan(&["explain", "GP-X1"]).with(2).stderr, @r#"
    error[GP-E103]: there is no code "GP-X1"; `explain` without a code lists all
      fix: correct what is named; nothing was done
    "#);
}
