//! Whom the client believes: the system's certificate authorities, and those that the operator adds.

use std::sync::Arc;

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject as _},
};

use crate::SetupError;

/// The configuration of TLS, and whether anybody is believed at all: a machine may have no authorities installed, and can
/// still speak plain HTTP.
pub(crate) fn tls(extra_authorities: &[u8]) -> Result<(ClientConfig, bool), SetupError> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(extra_authorities) {
        let certificate = certificate.map_err(|error| SetupError::Authorities(error.to_string()))?;
        roots.add(certificate).map_err(|error| SetupError::Authorities(error.to_string()))?;
    }
    if roots.is_empty() && !extra_authorities.is_empty() {
        return Err(SetupError::Authorities("no certificate in it".to_owned()));
    }
    // A broken file among the system's takes nothing from the others.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let anybody = !roots.is_empty();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(SetupError::Tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok((config, anybody))
}
