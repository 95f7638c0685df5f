//! What every engine must do when an application starts: the same schema, the same promises.
#![cfg(all(feature = "sqlite", feature = "postgres", feature = "mysql"))]
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "tests stop where they fail")]

mod support;

use futures_util::future::join_all;
use groundplan::core::{Engine, Status};
use groundplan::dsl::{Check, Column, Database, ForeignKey, ForeignKeyAction, Index, Table, Type};
use groundplan::{Approval, Error, Migrator};
use support::{TestDatabase, every_engine};

fn users() -> Table {
    Table::new("users")
        .column(Column::new("id", Type::BigInt).identity())
        .column(Column::new("email", Type::Varchar(200)))
        .column(Column::new("nickname", Type::Varchar(50)).nullable())
        .primary_key(["id"])
}

fn posts() -> Table {
    Table::new("posts")
        .column(Column::new("id", Type::BigInt).identity())
        .column(Column::new("author", Type::BigInt))
        .column(Column::new("title", Type::Varchar(200)).default("untitled"))
        .column(Column::new("score", Type::Integer).default(0))
        .primary_key(["id"])
        .check(Check::new("score >= 0").named("posts_score_check"))
        .foreign_key(
            ForeignKey::new(["author"], "users", ["id"])
                .named("posts_author_fkey")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .index(Index::on(["author"]).named("posts_author_idx"))
}

async fn migrate(database: &TestDatabase, schema: Database) -> Result<groundplan::Report, Error> {
    groundplan::migrate(database, schema).await
}

/// Approves every step of the plan for a schema and applies it.
async fn approve_and_migrate(database: &TestDatabase, schema: Database) -> groundplan::Report {
    let plan = Migrator::new(schema.clone()).plan(database).await.unwrap();
    let approval = Approval::of(&plan, 1..=plan.steps.len()).unwrap();
    Migrator::new(schema).approval(approval).run(database).await.unwrap()
}

#[tokio::test]
async fn a_second_start_changes_nothing() {
    for database in every_engine().await {
        let schema = Database::new().with(posts()).with(users());
        let first = migrate(&database, schema.clone()).await.unwrap();
        assert_eq!(first.status, Status::Applied, "{}", database.engine);
        let second = migrate(&database, schema.clone()).await.unwrap();
        assert_eq!(second.status, Status::UpToDate, "{}: {}", database.engine, second.plan);
        let plan = Migrator::new(schema).exact().plan(&database).await.unwrap();
        assert!(plan.is_empty(), "{}: {plan}", database.engine);
        database.close().await;
    }
}

#[tokio::test]
async fn additions_are_applied_and_rows_stay() {
    for database in every_engine().await {
        migrate(&database, Database::new().with(users())).await.unwrap();
        database.execute("INSERT INTO users (email) VALUES ('a@example.org'), ('b@example.org')").await;
        let wider = users()
            .column(Column::new("age", Type::Integer).nullable())
            .column(Column::new("active", Type::Bool).default(true))
            .unique(["email"])
            .index(Index::on(["nickname"]).named("users_nickname_idx"));
        let schema = Database::new().with(wider).with(posts());
        let report = migrate(&database, schema.clone()).await.unwrap();
        assert_eq!(report.status, Status::Applied, "{}", database.engine);
        assert_eq!(
            database.number("SELECT COUNT(*) FROM users WHERE active").await,
            2,
            "{}",
            database.engine
        );
        let plan = Migrator::new(schema).plan(&database).await.unwrap();
        assert!(plan.is_empty(), "{}: {plan}", database.engine);
        database.close().await;
    }
}

#[tokio::test]
async fn duplicates_stop_a_unique_constraint_before_anything_changes() {
    for database in every_engine().await {
        migrate(&database, Database::new().with(users())).await.unwrap();
        database.execute("INSERT INTO users (email) VALUES ('a@example.org'), ('a@example.org')").await;
        let schema = Database::new().with(users().unique(["email"])).with(posts());
        match migrate(&database, schema).await {
            Err(Error::ProbeFailed(failures)) => {
                assert_eq!(failures.len(), 1, "{}", database.engine);
                assert!(failures[0].rows > Some(0));
                assert!(!failures[0].show.contains("a@example.org"));
            }
            other => panic!("{}: {other:?}", database.engine),
        }
        let plan = Migrator::new(Database::new().with(users())).exact().plan(&database).await.unwrap();
        assert!(plan.is_empty(), "{}: {plan}", database.engine);
        database.close().await;
    }
}

#[tokio::test]
async fn a_dropped_column_needs_an_approval_and_the_right_one() {
    for database in every_engine().await {
        migrate(&database, Database::new().with(users())).await.unwrap();
        let mut narrower = users();
        narrower.columns.remove(&"nickname".into());
        let schema = Database::new().with(narrower);
        let Err(Error::Refused(refusal)) = migrate(&database, schema.clone()).await else {
            panic!("{}: dropped a column without asking", database.engine)
        };
        assert_eq!(refusal.steps.len(), 1, "{}", database.engine);

        let other = Migrator::new(Database::new().with(users()).with(posts())).plan(&database).await.unwrap();
        let wrong = Approval::of(&other, [1]).unwrap();
        let refused = Migrator::new(schema.clone()).approval(wrong).run(&database).await;
        assert!(matches!(refused, Err(Error::Approval(_))), "{}: {refused:?}", database.engine);

        let report = approve_and_migrate(&database, schema.clone()).await;
        assert_eq!(report.status, Status::Applied, "{}", database.engine);
        assert!(
            Migrator::new(schema).exact().plan(&database).await.unwrap().is_empty(),
            "{}",
            database.engine
        );
        database.close().await;
    }
}

#[tokio::test]
async fn what_others_made_is_left_alone() {
    for database in every_engine().await {
        migrate(&database, Database::new().with(users())).await.unwrap();
        database.execute("CREATE TABLE theirs (id INTEGER PRIMARY KEY)").await;
        database.execute("CREATE INDEX theirs_too ON users (nickname, email)").await;
        let schema = Database::new().with(users().column(Column::new("age", Type::Integer).nullable()));
        let report = migrate(&database, schema.clone()).await.unwrap();
        assert_eq!(report.status, Status::Applied, "{}", database.engine);
        let names: Vec<String> = report.plan.unmanaged.iter().map(|id| id.name.to_string()).collect();
        assert!(names.contains(&"theirs".to_owned()), "{}: {names:?}", database.engine);
        assert!(names.contains(&"theirs_too".to_owned()), "{}: {names:?}", database.engine);
        // In exact mode they would go, and only with an approval.
        let exact = Migrator::new(schema).exact();
        assert!(!exact.plan(&database).await.unwrap().is_empty());
        assert!(matches!(exact.run(&database).await, Err(Error::Refused(_))), "{}", database.engine);
        assert_eq!(database.number("SELECT COUNT(*) FROM theirs").await, 0);
        database.close().await;
    }
}

#[tokio::test]
async fn renames_keep_the_data_and_are_done_once() {
    for database in every_engine().await {
        migrate(&database, Database::new().with(users())).await.unwrap();
        database.execute("INSERT INTO users (email, nickname) VALUES ('a@example.org', 'a')").await;
        let renamed = Table::new("people")
            .renamed_from("users")
            .column(Column::new("id", Type::BigInt).identity())
            .column(Column::new("mail", Type::Varchar(200)).renamed_from("email"))
            .column(Column::new("nickname", Type::Varchar(50)).nullable())
            .primary_key(["id"]);
        let schema = Database::new().with(renamed);
        approve_and_migrate(&database, schema.clone()).await;
        let kept = database.number("SELECT COUNT(*) FROM people WHERE mail = 'a@example.org'").await;
        assert_eq!(kept, 1, "{}", database.engine);
        let plan = Migrator::new(schema).plan(&database).await.unwrap();
        assert!(plan.is_empty(), "{}: {plan}", database.engine);
        database.close().await;
    }
}

#[tokio::test]
async fn an_undeclared_rename_is_pointed_out() {
    for database in every_engine().await {
        migrate(&database, Database::new().with(users())).await.unwrap();
        let mut renamed = users();
        renamed.columns.remove(&"nickname".into());
        let renamed = renamed.column(Column::new("handle", Type::Varchar(50)).nullable());
        match migrate(&database, Database::new().with(renamed)).await {
            Err(Error::Refused(refusal)) => {
                let text = refusal.to_string();
                assert!(text.contains("renamed_from = \"nickname\""), "{}: {text}", database.engine);
            }
            other => panic!("{}: {other:?}", database.engine),
        }
        database.close().await;
    }
}

#[tokio::test]
async fn many_processes_start_at_once_and_one_applies() {
    for database in every_engine().await {
        let schema = Database::new().with(users().unique(["email"])).with(posts());
        let starts = (0..8).map(|_| groundplan::migrate(&database, schema.clone()));
        let reports = join_all(starts).await;
        let applied = reports
            .iter()
            .map(|report| report.as_ref().unwrap_or_else(|e| panic!("{}: {e}", database.engine)))
            .filter(|report| report.status == Status::Applied)
            .count();
        assert_eq!(applied, 1, "{}", database.engine);
        database.close().await;
    }
}

#[tokio::test]
async fn foreign_key_cycles_are_made() {
    for database in every_engine().await {
        let node = |name: &str, other: &str| {
            Table::new(name)
                .column(Column::new("id", Type::BigInt))
                .column(Column::new("other", Type::BigInt).nullable())
                .primary_key(["id"])
                .foreign_key(ForeignKey::new(["other"], other, ["id"]).named(format!("{name}_other_fkey")))
        };
        let schema = Database::new().with(node("chicken", "egg")).with(node("egg", "chicken"));
        migrate(&database, schema.clone()).await.unwrap();
        let plan = Migrator::new(schema).exact().plan(&database).await.unwrap();
        assert!(plan.is_empty(), "{}: {plan}", database.engine);
        // And dropped again.
        let report = {
            let migrator = Migrator::new(Database::new()).exact();
            let plan = migrator.plan(&database).await.unwrap();
            let approval = Approval::of(&plan, 1..=plan.steps.len()).unwrap();
            Migrator::new(Database::new()).exact().approval(approval).run(&database).await.unwrap()
        };
        assert_eq!(report.status, Status::Applied, "{}", database.engine);
        database.close().await;
    }
}

#[tokio::test]
async fn what_is_declared_twice_is_refused() {
    for database in every_engine().await {
        let twice = users().column(Column::new("email", Type::Text));
        match migrate(&database, Database::new().with(twice)).await {
            Err(Error::InvalidSchema(problems)) => {
                assert_eq!(problems[0].object.name.as_str(), "email", "{}", database.engine);
            }
            other => panic!("{}: {other:?}", database.engine),
        }
        database.close().await;
    }
}

#[tokio::test]
async fn hostile_names_survive_or_are_refused() {
    for database in every_engine().await {
        let odd = [
            "quo\"te",
            "back`tick",
            "semi;colon",
            "--comment",
            "/*comment*/",
            "sp ace",
            "ünï",
            "sel'ect",
            "back\\slash",
            "percent%s",
            "select",
            "bra[cket]",
        ];
        let mut table =
            Table::new("odd \"table\"").column(Column::new("id", Type::BigInt)).primary_key(["id"]);
        for name in odd {
            table = table.column(Column::new(name, Type::Integer).nullable().default(1));
        }
        for (number, name) in odd.into_iter().enumerate() {
            table = table.index(Index::on([name]).named(format!("{name}{number}")));
        }
        let schema = Database::new().with(table);
        migrate(&database, schema.clone()).await.unwrap_or_else(|e| panic!("{}: {e}", database.engine));
        let plan = Migrator::new(schema).exact().plan(&database).await.unwrap();
        assert!(plan.is_empty(), "{}: {plan}", database.engine);

        let nul = Table::new("nul").column(Column::new("a\0b", Type::Integer));
        let refused = migrate(&database, Database::new().with(nul)).await;
        assert!(matches!(refused, Err(Error::InvalidSchema(_))), "{}: {refused:?}", database.engine);
        let long = Table::new("l".repeat(70)).column(Column::new("id", Type::Integer));
        let result = Migrator::new(Database::new().with(long)).plan(&database).await;
        match database.engine {
            Engine::Sqlite => assert!(result.is_ok(), "{result:?}"),
            Engine::Postgres | Engine::MySql | Engine::MariaDb => {
                assert!(matches!(result, Err(Error::InvalidSchema(_))), "{}: {result:?}", database.engine);
            }
        }
        database.close().await;
    }
}
