//! The demo's example CRM: a table of customers behind a small HTTP service of its own, with a page to look at.
//!
//! It speaks three dialects over the one table: a plain look-up with write-back, and the shapes in which Salesforce and
//! HubSpot do the same. Flows reach it like any other service: by a request that leaves the server.

mod generic;
mod hubspot;
mod page;
mod salesforce;
mod table;

use std::{
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;
use waybill_service::Ambient;

pub use table::{Customer, Note};
use table::{Seen, Table};

use super::DemoError;

/// The file of the table within the demo's folder.
const FILE: &str = "crm.json";
/// The largest body.
const MOST_BYTES: usize = 64 * 1024;

/// The example CRM, as `demo.json` names it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoCrm {
    /// Where it is, without a slash at the end; its page is there too.
    pub url: String,
    /// The bearer token that it wants, `crmToken` in flows.
    pub token: String,
}

impl std::fmt::Debug for DemoCrm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DemoCrm").field("url", &self.url).finish_non_exhaustive()
    }
}

/// The running CRM; it stops when this is dropped.
pub struct Crm {
    desk: Desk,
    address: SocketAddr,
    _serving: AbortOnDropHandle<()>,
}

/// What its handlers share.
#[derive(Clone)]
struct Desk {
    table: Arc<Mutex<Table>>,
    ambient: Ambient,
}

impl Desk {
    fn table(&self) -> MutexGuard<'_, Table> {
        // A panic elsewhere leaves a table that is as good as before.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Crm {
    /// Opens the folder's table, or fills one, and serves it on this machine alone.
    ///
    /// # Errors
    /// `File`, `Shape`.
    pub async fn start(folder: &Path, ambient: Ambient) -> Result<Self, DemoError> {
        let path = folder.join(FILE);
        let file_error = |error| DemoError::File { path: path.clone(), error };
        std::fs::create_dir_all(folder).map_err(file_error)?;
        let table = Table::open(&path, || ambient.secret())?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(file_error)?;
        let address = listener.local_addr().map_err(file_error)?;
        let desk = Desk { table: Arc::new(Mutex::new(table)), ambient };
        let router = routes(desk.clone());
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "the example CRM stopped");
            }
        });
        Ok(Self { desk, address, _serving: AbortOnDropHandle::new(serving) })
    }

    /// How it is named in `demo.json`.
    #[must_use]
    pub fn named(&self) -> DemoCrm {
        DemoCrm { url: format!("http://{}", self.address), token: self.desk.table().token().to_owned() }
    }

    /// The secret of its OAuth client `waybill`.
    #[must_use]
    pub fn client_secret(&self) -> String {
        self.desk.table().client_secret().to_owned()
    }

    /// A customer as the table has it now.
    #[must_use]
    pub fn customer(&self, id: &str) -> Option<Customer> {
        self.desk.table().find(id).cloned()
    }
}

fn routes(desk: Desk) -> Router {
    let api = Router::new().merge(generic::routes()).merge(salesforce::routes()).merge(hubspot::routes());
    let api = api.layer(middleware::from_fn_with_state(desk.clone(), gate));
    let open = Router::new().merge(page::routes()).merge(salesforce::token_route());
    Router::new().merge(api).merge(open).layer(DefaultBodyLimit::max(MOST_BYTES)).with_state(desk)
}

/// Wants the token, and remembers what was asked, for the page.
async fn gate(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = given.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    let is_known = desk.table().knows(token);
    let seen = Seen {
        at: desk.ambient.now(),
        method: request.method().to_string(),
        path: request.uri().path().to_owned(),
        key: idempotency_key(request.headers()),
        status: 0,
    };
    let response = if is_known {
        next.run(request).await
    } else {
        let said = json!({ "error": "the bearer token is missing or wrong; the demo's is in demo.json" });
        (StatusCode::UNAUTHORIZED, Json(said)).into_response()
    };
    desk.table().saw(Seen { status: response.status().as_u16(), ..seen });
    response
}

fn idempotency_key(headers: &HeaderMap) -> Option<String> {
    headers.get("idempotency-key").and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// A table that could not be kept.
fn not_kept(error: &std::io::Error) -> Response {
    tracing::error!(%error, "the example CRM can't write its table");
    (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "error": "the table can't be written" }))).into_response()
}
