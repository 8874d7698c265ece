//! Looking names up; only vetted addresses come out, and the connection is made to one of those.

use std::{
    error::Error,
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    vec,
};

use hyper_util::client::legacy::connect::dns::Name;
use tokio::sync::Semaphore;

use crate::{OutboundPolicy, target::bare};

/// Addresses of a name, or why there are none.
pub type LookupFuture = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Finds the addresses of a name.
pub trait Lookup: Send + Sync + 'static {
    /// Looks up.
    fn lookup(&self, name: String) -> LookupFuture;
}

/// Addresses of one name that are looked at.
const MOST_ADDRESSES: usize = 32;

/// Look-ups that the system does at once: each holds a thread until the name server answers, longer than we may wait.
const LOOKUPS_AT_ONCE: usize = 32;

/// The system's own resolver.
pub(crate) struct SystemLookup {
    turns: Arc<Semaphore>,
}

impl SystemLookup {
    pub(crate) fn new() -> Self {
        Self { turns: Arc::new(Semaphore::new(LOOKUPS_AT_ONCE)) }
    }
}

impl Lookup for SystemLookup {
    fn lookup(&self, name: String) -> LookupFuture {
        let turns = Arc::clone(&self.turns);
        Box::pin(async move {
            let turn = turns.acquire_owned().await.map_err(io::Error::other)?;
            // A task of its own: the turn is given back when the look-up has ended, not when somebody stopped waiting.
            let found = tokio::spawn(async move {
                let found = tokio::net::lookup_host((name, 0)).await.map(|found| found.map(|each| each.ip()).collect());
                drop(turn);
                found
            });
            found.await.map_err(io::Error::other)?
        })
    }
}

/// What a look-up failed with, told apart again in the client's error.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LookupFailure {
    #[error("the name leads to no address that is allowed")]
    Denied,
    #[error("the name was not found")]
    NotFound,
}

/// A resolver that answers allowed addresses only; the connection is made to one of these.
#[derive(Clone)]
pub(crate) struct VettedResolver {
    pub(crate) policy: Arc<OutboundPolicy>,
    pub(crate) lookup: Arc<dyn Lookup>,
}

impl tower::Service<Name> for VettedResolver {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = LookupFailure;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, LookupFailure>> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), LookupFailure>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let policy = Arc::clone(&self.policy);
        let host = bare(name.as_str());
        let looking = self.lookup.lookup(name.as_str().to_owned());
        Box::pin(async move {
            let found = looking.await.map_err(|_| LookupFailure::NotFound)?;
            if found.is_empty() {
                return Err(LookupFailure::NotFound);
            }
            let allowed: Vec<SocketAddr> = found
                .into_iter()
                .take(MOST_ADDRESSES)
                .filter(|address| policy.allows(&host, *address))
                .map(|address| SocketAddr::new(address, 0))
                .collect();
            if allowed.is_empty() { Err(LookupFailure::Denied) } else { Ok(allowed.into_iter()) }
        })
    }
}

/// The look-up's failure inside a client's error.
pub(crate) fn failure_in<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e LookupFailure> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

/// An error and all that caused it.
pub(crate) fn causes<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}
