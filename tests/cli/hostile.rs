//! Texts that break what is not quoted, through SQL files and back.

use crate::process::{Folder, groundplan};
use crate::support::hostile::{Place, stage, texts};
use crate::support::{ENGINES, long};
use groundplan::Connect;

/// What is inspected as SQL, and as JSON, makes the same schema in an empty database.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_texts_pass_through_files() {
    for engine in ENGINES {
        for place in Place::of(engine) {
            let (Some(source), Some(target)) = (stage(engine).await, stage(engine).await) else {
                break;
            };
            let session = source.connect().await.unwrap();
            let texts = texts().into_iter().step_by(if long() { 1 } else { 4 }).collect();
            let (good, _) = place.sort(texts, session.dialect());
            drop(session);
            groundplan::migrate(&source, place.schema(&good, engine)).await.unwrap();
            let folder = Folder::new();
            let sql = groundplan(&["inspect", "--url", &source.url]).with(0).stdout;
            let sql = folder.file("schema.sql", &sql);
            groundplan(&["apply", "--url", &target.url, "--to", &sql, "--exact"]).with(0);
            for schema in [sql.as_str(), &source.url] {
                let plan = ["plan", "--url", &target.url, "--to", schema, "--exact", "--detailed-exitcode"];
                groundplan(&plan).with(0);
            }
            let json = groundplan(&["inspect", "--url", &source.url, "--format", "json"]).with(0).stdout;
            let json = folder.file("schema.json", &json);
            let plan = ["plan", "--url", &target.url, "--to", &json, "--exact", "--detailed-exitcode"];
            groundplan(&plan).with(0);
            assert_eq!(target.number("SELECT count(*) FROM canary").await, 0, "{engine}, {place:?}");
            source.close().await;
            target.close().await;
        }
    }
}
