//! Secrets that the server must be able to read again, encrypted under the master key (AES-256-GCM).
//!
//! The master key is not in the database: whoever has a copy of the database alone reads none of them.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use waybill_model::Sealed;
use waybill_store::Store;

use crate::{Ambient, Service, ServiceError};

const VERSION: &str = "v1";
/// Sealed once per database: tells whether the master key is the one of this database.
const CHECK: &str = "master_key_check";

/// The key of the installation: 32 bytes, kept beside the database or in the environment.
#[derive(Clone)]
pub struct MasterKey(LessSafeKey);

impl MasterKey {
    /// The key from its bytes.
    #[must_use]
    pub fn new(bytes: &[u8; 32]) -> Option<Self> {
        UnboundKey::new(&AES_256_GCM, bytes).ok().map(|key| Self(LessSafeKey::new(key)))
    }

    /// Encrypts; `purpose` is bound to it: a secret sealed for one thing can't be put in the place of another.
    pub(crate) fn seal(&self, ambient: &Ambient, purpose: &str, secret: &[u8]) -> Result<Sealed, ServiceError> {
        let nonce = ambient.bytes::<NONCE_LEN>();
        let mut bytes = secret.to_vec();
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(purpose.as_bytes()), &mut bytes)
            .map_err(|_| ServiceError::Bug("a secret could not be sealed".to_owned()))?;
        Ok(Sealed(format!("{VERSION}.{}.{}", URL_SAFE_NO_PAD.encode(nonce), URL_SAFE_NO_PAD.encode(bytes))))
    }

    /// Decrypts.
    pub(crate) fn unseal(&self, purpose: &str, sealed: &Sealed) -> Result<Vec<u8>, ServiceError> {
        let open = || {
            let (nonce, bytes) = sealed.0.strip_prefix(VERSION)?.strip_prefix('.')?.split_once('.')?;
            let nonce = URL_SAFE_NO_PAD.decode(nonce).ok()?.try_into().ok()?;
            let mut bytes = URL_SAFE_NO_PAD.decode(bytes).ok()?;
            let aad = Aad::from(purpose.as_bytes());
            let length = self.0.open_in_place(Nonce::assume_unique_for_key(nonce), aad, &mut bytes).ok()?.len();
            bytes.truncate(length);
            Some(bytes)
        };
        open()
            .ok_or_else(|| ServiceError::Bug(format!("a sealed secret ({purpose}) does not open: another master key?")))
    }

    /// Compares with the key under which this database's secrets were sealed.
    pub(crate) async fn check(&self, store: &dyn Store, ambient: &Ambient) -> Result<(), ServiceError> {
        let candidate = self.seal(ambient, CHECK, CHECK.as_bytes())?;
        let kept = store.get_or_create_secret(CHECK, candidate.0.into_bytes()).await?;
        let kept = Sealed(String::from_utf8(kept).unwrap_or_default());
        self.unseal(CHECK, &kept).map(drop).map_err(|_| ServiceError::WrongMasterKey)
    }

    /// A secret of the server itself, drawn at the first start and sealed in the database.
    pub(crate) async fn own_secret(
        &self,
        store: &dyn Store,
        ambient: &Ambient,
        name: &str,
    ) -> Result<Vec<u8>, ServiceError> {
        let sealed_name = format!("sealed.{name}");
        let candidate = self.seal(ambient, name, &ambient.bytes::<32>())?;
        let kept = store.get_or_create_secret(&sealed_name, candidate.0.into_bytes()).await?;
        self.unseal(name, &Sealed(String::from_utf8(kept).unwrap_or_default()))
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

impl Service {
    /// Encrypts a secret for one purpose, such as `totp <user id>`.
    pub(crate) fn seal(&self, purpose: &str, secret: &[u8]) -> Result<Sealed, ServiceError> {
        self.inner.master_key.seal(&self.inner.ambient, purpose, secret)
    }

    /// Decrypts what was sealed for the same purpose.
    pub(crate) fn unseal(&self, purpose: &str, sealed: &Sealed) -> Result<Vec<u8>, ServiceError> {
        self.inner.master_key.unseal(purpose, sealed)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use waybill_model::Time;

    use super::*;
    use crate::{Chance, Clock};

    struct Fixed;
    impl Clock for Fixed {
        fn now(&self) -> Time {
            Time::from_millis(0)
        }
    }
    impl Chance for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    #[test]
    fn acc8_a_sealed_secret_opens_with_its_key_and_purpose_alone() {
        let ambient = Ambient { clock: Arc::new(Fixed), chance: Arc::new(Fixed) };
        let key = MasterKey::new(&[1; 32]).unwrap();
        let sealed = key.seal(&ambient, "totp 1", b"a secret").unwrap();
        assert!(!sealed.0.contains("secret"));
        assert_eq!(key.unseal("totp 1", &sealed).unwrap(), b"a secret");
        assert!(key.unseal("totp 2", &sealed).is_err(), "another purpose");
        assert!(MasterKey::new(&[2; 32]).unwrap().unseal("totp 1", &sealed).is_err(), "another key");
        for broken in ["", "v1", "v1..", "v2.AAAAAAAAAAAAAAAA.AAAA", &sealed.0[..sealed.0.len() - 2]] {
            assert!(key.unseal("totp 1", &Sealed(broken.to_owned())).is_err(), "{broken}");
        }
    }
}
