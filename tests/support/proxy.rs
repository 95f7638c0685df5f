//! A way to a server that can be cut, or fall silent.

use std::sync::Arc;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What the way does with what is sent over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    /// Connections end at once.
    Cut,
    /// Nothing passes any more, and nobody is told.
    Silent,
}

/// Listens on a port of its own and passes everything on to a server.
#[derive(Clone, Debug)]
pub struct Proxy {
    port: u16,
    state: Arc<watch::Sender<State>>,
}

impl Proxy {
    /// A way to the server of a URL.
    pub async fn to(url: &str) -> Self {
        let server = address(url).to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(watch::channel(State::Open).0);
        let states = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.unwrap();
                tokio::spawn(pass(client, server, states.subscribe()));
            }
        });
        Self { port, state }
    }

    /// A URL by this way.
    pub fn url(&self, url: &str) -> String {
        url.replace(address(url), &format!("127.0.0.1:{}", self.port))
    }

    /// Ends every connection; new ones end as well.
    pub fn cut(&self) {
        self.state.send_replace(State::Cut);
    }

    /// Lets new connections pass again.
    pub fn open(&self) {
        self.state.send_replace(State::Open);
    }

    /// Lets nothing pass any more. The server hears nothing of it.
    pub fn fall_silent(&self) {
        self.state.send_replace(State::Silent);
    }
}

async fn pass(mut client: TcpStream, mut server: TcpStream, mut states: watch::Receiver<State>) {
    let change = states.wait_for(|state| *state != State::Open);
    tokio::select! {
        _ended = copy_bidirectional(&mut client, &mut server) => {}
        _changed = change => {}
    }
    let silent = *states.borrow() == State::Silent;
    if silent {
        // Held open, and never read from again.
        std::future::pending::<()>().await;
    }
}

/// The host and port of a URL.
fn address(url: &str) -> &str {
    url.rsplit('@').next().unwrap().split('/').next().unwrap()
}
