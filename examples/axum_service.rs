//! A web service that brings its database along when it starts: `cargo run --example axum_service`.
//!
//! It listens on a free port, calls itself once, and ends. `SERVE=127.0.0.1:3000` makes it stay there.

use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use groundplan::{ApplyPolicy, Error, Migrator, Table, schema};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// The table, the rows and the answers of the API.
#[derive(Table, sqlx::FromRow, serde::Serialize, serde::Deserialize)]
#[table(name = "notes", index(columns(author)))]
struct Note {
    #[column(primary_key, identity)]
    #[serde(default)]
    id: i64,
    author: String,
    #[column(check = "text <> ''")]
    text: String,
}

/// Several replicas may do this at once: one applies, the others wait for it and go on. What would lose data or break
/// the running version is refused; then the service does not start, and says what is to be approved.
async fn migrate(pool: &sqlx::SqlitePool) -> Result<(), Error> {
    let migrator = Migrator::new(schema![Note])
        .policy(ApplyPolicy::startup())
        .lock_wait(Duration::from_secs(30))
        .actor("notes");
    match migrator.run(pool).await {
        Ok(report) => {
            println!("schema: {:?}, {} steps", report.status, report.plan.steps.len());
            Ok(())
        }
        Err(error) => {
            if let Error::Refused(refusal) = &error {
                println!("{}", refusal.plan);
            }
            Err(error)
        }
    }
}

type Answer<T> = Result<Json<T>, (StatusCode, String)>;

// What the database says of a failure is for the log, not for the caller.
fn failed(error: &sqlx::Error) -> (StatusCode, String) {
    let status = match error {
        sqlx::Error::RowNotFound => StatusCode::NOT_FOUND,
        sqlx::Error::Database(error) if error.is_check_violation() => StatusCode::UNPROCESSABLE_ENTITY,
        error => {
            eprintln!("{error}");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    };
    (status, status.to_string())
}

async fn add(State(pool): State<sqlx::SqlitePool>, Json(note): Json<Note>) -> Answer<Note> {
    let note = sqlx::query_as("INSERT INTO notes (author, text) VALUES (?, ?) RETURNING id, author, text")
        .bind(note.author)
        .bind(note.text)
        .fetch_one(&pool)
        .await;
    note.map(Json).map_err(|error| failed(&error))
}

async fn show(State(pool): State<sqlx::SqlitePool>, Path(id): Path<i64>) -> Answer<Note> {
    let note =
        sqlx::query_as("SELECT id, author, text FROM notes WHERE id = ?").bind(id).fetch_one(&pool).await;
    note.map(Json).map_err(|error| failed(&error))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::temp_dir().join(format!("groundplan-axum-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let url = format!("sqlite://{}?mode=rwc", folder.join("app.db").display());
    let pool = sqlx::SqlitePool::connect(&url).await?;
    // Before anybody is served.
    migrate(&pool).await?;
    // A second start has nothing to do.
    migrate(&pool).await?;

    let service = Router::new()
        .route("/notes", axum::routing::post(add))
        .route("/notes/{id}", get(show))
        .with_state(pool.clone());
    let address = std::env::var("SERVE").ok();
    let listener = tokio::net::TcpListener::bind(address.as_deref().unwrap_or("127.0.0.1:0")).await?;
    let bound = listener.local_addr()?;
    println!("listening");
    if address.is_some() {
        axum::serve(listener, service).await?;
        return Ok(());
    }
    let server = tokio::spawn(async move { axum::serve(listener, service).await });
    println!("{}", call(bound, "POST /notes", r#"{"author":"Ada","text":"Note G"}"#).await?);
    println!("{}", call(bound, "GET /notes/1", "").await?);
    println!("{}", call(bound, "POST /notes", r#"{"author":"Ada","text":""}"#).await?);
    server.abort();

    pool.close().await;
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

/// A request, without a crate for it: the status and the body of the answer.
async fn call(address: std::net::SocketAddr, request: &str, body: &str) -> std::io::Result<String> {
    let mut stream = tokio::net::TcpStream::connect(address).await?;
    let length = body.len();
    let text = format!(
        "{request} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(text.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    Ok(format!("{request}: {} {body}", head.lines().next().unwrap_or_default()))
}
