//! Credentials: created, changed, deleted; their secrets go in and never come out again (FLOW28).

use waybill_model::{ClientAuth, Credential, CredentialKind, OrganizationId};
use waybill_store::EntityFilter;

use crate::{Caller, EntityList, Service, ServiceError, Versioned, entities::Act, flows::invalid};

/// Credentials of one tenant.
const MOST: u64 = 200;
/// Longest secret, in bytes.
const LONGEST_SECRET: usize = 8 * 1024;
/// Longest name or other text, in bytes.
const LONGEST_TEXT: usize = 512;

/// A credential as somebody wants it.
#[derive(Clone, PartialEq, Eq)]
pub struct CredentialWish {
    /// Its name.
    pub name: String,
    /// What it is, without the secret.
    pub kind: CredentialKind,
    /// The secret; a change without one keeps the one that is there.
    pub secret: Option<String>,
}

impl std::fmt::Debug for CredentialWish {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CredentialWish").field("name", &self.name).field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// A credential that was opened for one request.
pub(super) struct Opened {
    pub(super) credential: Credential,
    pub(super) secret: String,
}

impl Service {
    /// Credentials by name.
    ///
    /// # Errors
    /// The store's.
    pub async fn list_credentials(
        &self,
        caller: &Caller,
        name: Option<String>,
        offset: u64,
        limit: u32,
    ) -> Result<EntityList<Credential>, ServiceError> {
        let filter = EntityFilter { name, ids: None, offset, limit };
        self.list_entities(caller.organization_id(), filter).await
    }

    /// A credential, without its secret in a form that anybody could read.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_credential(&self, caller: &Caller, id: &str) -> Result<Versioned<Credential>, ServiceError> {
        self.get_entity(caller.organization_id(), id).await
    }

    /// Creates a credential.
    ///
    /// # Errors
    /// `Invalid`, `Taken` for a name that is used already, `WrongState` when there are too many.
    pub async fn create_credential(
        &self,
        caller: &Caller,
        wish: CredentialWish,
    ) -> Result<Versioned<Credential>, ServiceError> {
        let CredentialWish { name, kind, secret } = wish;
        let organization_id = caller.organization_id();
        self.check_room::<Credential>(organization_id, MOST).await?;
        check(&name, &kind)?;
        self.check_token_url(&kind)?;
        let secret = secret.ok_or_else(|| invalid("secret", "is missing", "send it once; it is never shown again"))?;
        check_secret(&secret)?;
        let (id, now) = (self.inner.ambient.credential_id(), self.inner.ambient.now());
        let secret = self.seal(&format!("credential {id}"), secret.as_bytes())?;
        let credential = Credential { id, organization_id, name, kind, secret, created_at: now, modified_at: now };
        let act = Act::of(caller, "credential.created", id.uuid()).saying(said(&credential));
        self.create_entity(&credential, act).await?;
        Ok(Versioned { entity: credential, version: 1 })
    }

    /// Changes a credential. Tokens that its former secret bought are used no more.
    ///
    /// # Errors
    /// As `create_credential`; `NotFound`, `Stale`.
    pub async fn update_credential(
        &self,
        caller: &Caller,
        id: &str,
        wish: CredentialWish,
        version: Option<u64>,
    ) -> Result<Versioned<Credential>, ServiceError> {
        let CredentialWish { name, kind, secret } = wish;
        let mut found = self.get_entity::<Credential>(caller.organization_id(), id).await?;
        super::check_version("credential", id, found.version, version)?;
        check(&name, &kind)?;
        self.check_token_url(&kind)?;
        // A secret is for whom it was meant: it does not go to another address because somebody changed that.
        let moved = kind != found.entity.kind && (token_url(&kind) != token_url(&found.entity.kind));
        if secret.is_none() && moved {
            return Err(invalid("secret", "is missing, and where it is sent to changes", "send the secret, too"));
        }
        if let Some(secret) = secret {
            check_secret(&secret)?;
            found.entity.secret = self.seal(&format!("credential {}", found.entity.id), secret.as_bytes())?;
        }
        (found.entity.name, found.entity.kind) = (name, kind);
        found.entity.modified_at = self.inner.ambient.now();
        let act = Act::of(caller, "credential.changed", found.entity.id.uuid()).saying(said(&found.entity));
        self.update_entity(&found, act).await?;
        self.inner.flows.tokens.forget(found.entity.id);
        Ok(Versioned { version: found.version + 1, ..found })
    }

    /// Deletes a credential; flows that name it take their way for failures from now on.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_credential(&self, caller: &Caller, id: &str) -> Result<(), ServiceError> {
        let found = self.get_entity::<Credential>(caller.organization_id(), id).await?;
        let act = Act::of(caller, "credential.deleted", found.entity.id.uuid()).saying(said(&found.entity));
        self.delete_entity(&found.entity, act).await?;
        self.inner.flows.tokens.forget(found.entity.id);
        Ok(())
    }

    /// A credential with its secret, for a request that is about to leave.
    pub(super) async fn open_credential(
        &self,
        organization: OrganizationId,
        name: &str,
    ) -> Result<Option<Opened>, ServiceError> {
        let found = self.locate_entity::<Credential>(&Credential::key(organization, name)).await?;
        let Some(Versioned { entity: credential, version: _ }) = found.filter(|found| found.entity.name == name) else {
            return Ok(None);
        };
        self.opened(credential).map(Some)
    }

    pub(super) fn opened(&self, credential: Credential) -> Result<Opened, ServiceError> {
        let secret = self.unseal(&format!("credential {}", credential.id), &credential.secret)?;
        let secret = String::from_utf8(secret).map_err(|_| ServiceError::Bug("a secret is no text".to_owned()))?;
        Ok(Opened { credential, secret })
    }

    fn check_token_url(&self, kind: &CredentialKind) -> Result<(), ServiceError> {
        let Some(url) = token_url(kind) else { return Ok(()) };
        self.inner.webhooks.outbound()?.check_url(url).map_err(|denied| {
            let said = denied.to_string();
            let (rule, remedy) = said.split_once("; ").unwrap_or((&said, "use another one"));
            invalid("tokenUrl", format!("is refused: {rule}"), remedy)
        })
    }
}

const fn token_url(kind: &CredentialKind) -> Option<&String> {
    match kind {
        CredentialKind::Secret | CredentialKind::Bearer | CredentialKind::Basic { .. } => None,
        CredentialKind::OauthClientCredentials { token_url, client_id: _, client_auth: _, scope: _ } => Some(token_url),
    }
}

fn check(name: &str, kind: &CredentialKind) -> Result<(), ServiceError> {
    let fits = |(place, letter): (usize, char)| {
        letter == '_' || letter.is_ascii_alphabetic() || (place > 0 && letter.is_ascii_digit())
    };
    if name.is_empty() || name.len() > 64 || !name.chars().enumerate().all(fits) {
        let rule = "has to have 1 to 64 letters, digits and underscores, and no digit first";
        return Err(invalid("name", rule, "choose a name as templates write it: `secret.crmToken`"));
    }
    let plain = |field: &'static str, text: &str| {
        if text.is_empty() || text.len() > LONGEST_TEXT || text.chars().any(char::is_control) {
            return Err(invalid(field, "has to have 1 to 512 bytes and no control characters", "check it"));
        }
        Ok(())
    };
    match kind {
        CredentialKind::Secret | CredentialKind::Bearer => Ok(()),
        CredentialKind::Basic { user } if user.contains(':') => {
            Err(invalid("user", "has a colon, which ends it", "use a user without one"))
        }
        CredentialKind::Basic { user } => plain("user", user),
        CredentialKind::OauthClientCredentials { token_url: _, client_id, client_auth, scope } => {
            match client_auth {
                ClientAuth::Header | ClientAuth::Body => plain("clientId", client_id)?,
            }
            scope.as_deref().map_or(Ok(()), |scope| plain("scope", scope))
        }
    }
}

fn check_secret(secret: &str) -> Result<(), ServiceError> {
    if secret.is_empty() || secret.len() > LONGEST_SECRET {
        return Err(invalid("secret", "has to have 1 to 8192 bytes", "check it"));
    }
    Ok(())
}

/// What the audit log keeps.
fn said(credential: &Credential) -> String {
    format!("{} `{}`", credential.kind.as_str(), credential.name)
}
