//! TLS by the server itself: one certificate chain and its key, read at start.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use tokio_rustls::TlsAcceptor;

use crate::config::TlsConfig;

/// Why TLS can't be offered.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file could not be read, or holds something else.
    #[error("`{}` can't be used as {what}: {error}; give a PEM file", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What it should hold.
        what: &'static str,
        /// Why not.
        error: rustls::pki_types::pem::Error,
    },
    /// The certificate file holds none.
    #[error("`{}` holds no certificate; give the chain in PEM, the server's own certificate first", .0.display())]
    NoCertificate(PathBuf),
    /// Certificate and key do not fit each other, or are not acceptable.
    #[error("certificate and key can't be used: {0}")]
    Unusable(#[from] rustls::Error),
}

/// Makes `ring` the process's own for clients; a second call changes nothing.
pub fn install_provider() {
    // An embedder may have chosen another one before; then that one holds.
    drop(rustls::crypto::ring::default_provider().install_default());
}

/// Reads certificate and key.
pub(crate) fn acceptor(config: &TlsConfig) -> Result<TlsAcceptor, TlsError> {
    let chain = read_chain(&config.cert)?;
    let key = PrivateKeyDer::from_pem_file(&config.key).map_err(unreadable(&config.key, "a private key"))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let server = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    let mut server = server;
    server.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(server)))
}

fn read_chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let unreadable = unreadable(path, "a certificate chain");
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let chain = read.map_err(unreadable)?;
    if chain.is_empty() { Err(TlsError::NoCertificate(path.to_owned())) } else { Ok(chain) }
}

fn unreadable(path: &Path, what: &'static str) -> impl FnOnce(rustls::pki_types::pem::Error) -> TlsError {
    move |error| TlsError::File { path: path.to_owned(), what, error }
}
