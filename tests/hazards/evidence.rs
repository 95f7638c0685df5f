//! What a step would lose is counted for whoever decides about it, and no value is told.

use groundplan::core::Engine;
use groundplan::{Error, HazardCode, Migrator};

use super::support::{TestDatabase, every_engine};

const CANARY: &str = "canary-7f3a";

async fn filled(database: &TestDatabase) {
    let text = match database.engine {
        Engine::MySql | Engine::MariaDb => "varchar(40)",
        Engine::Postgres | Engine::Sqlite => "text",
    };
    database
        .execute(&format!(
            "CREATE TABLE gone (id integer PRIMARY KEY, a {text}); CREATE TABLE kept (id integer PRIMARY KEY, a {text}, b {text}); \
             INSERT INTO gone VALUES (1, '{CANARY}'), (2, '{CANARY}'), (3, NULL); \
             INSERT INTO kept VALUES (1, '{CANARY}', NULL), (2, NULL, NULL)"
        ))
        .await;
}

#[tokio::test]
async fn rows_and_values_that_go_are_counted() {
    for database in every_engine().await {
        filled(&database).await;
        let wanted = || {
            Migrator::new(groundplan::dsl::Database::new())
                .sql("after.sql", "CREATE TABLE kept (id integer PRIMARY KEY);")
                .exact()
        };
        let planned = wanted().planned(&database).await.unwrap();
        let mut counted: Vec<(HazardCode, Option<u64>)> = planned
            .evidence
            .iter()
            .map(|evidence| (planned.plan.steps[evidence.step - 1].hazards[0].code, evidence.rows))
            .map(|(_, rows)| rows)
            .zip(&planned.evidence)
            .map(|(rows, evidence)| {
                let table = evidence.finding.starts_with("rows of");
                (if table { HazardCode::DropTable } else { HazardCode::DropColumn }, rows)
            })
            .collect();
        counted.sort();
        let expected = [
            (HazardCode::DropTable, Some(3)),
            (HazardCode::DropColumn, Some(0)),
            (HazardCode::DropColumn, Some(1)),
        ];
        assert_eq!(counted, expected, "{}", database.engine);
        // What others write meanwhile is no reason to approve again.
        let hash = planned.plan.hash();
        database.execute("INSERT INTO gone VALUES (4, NULL)").await;
        assert_eq!(wanted().plan(&database).await.unwrap().hash(), hash);
        let Err(Error::Refused(refusal)) = wanted().run(&database).await else {
            panic!("it was not refused")
        };
        let text = refusal.to_string();
        assert!(text.contains("4 rows of") && text.contains("to see them: SELECT"), "{text}");
        assert!(!text.contains(CANARY), "{text}");
        database.close().await;
    }
}
