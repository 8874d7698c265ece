//! The token endpoint: what is exchanged for tokens, and what takes them away again (REST2, ACC5).
//!
//! Codes and refresh tokens name their log-in (`<organization>.<family>.<secret>`): a spent one that comes again says so
//! although nothing of it is stored any more, and ends everything that its log-in ever got.

use std::{net::IpAddr, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use uuid::Uuid;
use waybill_model::{
    AccessToken, Client, ClientId, CodeBinding, OrganizationId, Principal, TokenHash, TokenKind, User, UserId,
};
use waybill_store::Revoked;

use crate::{
    Caller, Service, ServiceError,
    ambient::hash_token,
    application::{Application, CONSOLE_CLIENT},
    attempts::Attempt,
    entities::Act,
    scopes::{SCOPES, scope},
};

/// An authorization code lives this long, in milliseconds.
const CODE: i64 = 60_000;

/// How a client names itself at the token endpoint.
#[derive(Clone)]
pub struct ClientLogin {
    /// Its id.
    pub id: String,
    /// Its secret; a public client has none.
    pub secret: Option<String>,
}

/// What is exchanged for a token.
#[derive(Clone)]
pub enum Exchange {
    /// The client's own rights.
    ClientCredentials {
        /// Scopes to narrow the token to.
        scopes: Option<String>,
    },
    /// The code that a person's log-in sent to the client.
    Code {
        /// The code.
        code: String,
        /// Where it was sent.
        redirect_uri: String,
        /// The verifier whose challenge the log-in began with (RFC 7636).
        verifier: String,
    },
    /// A refresh token.
    Refresh {
        /// The token.
        token: String,
    },
}

/// A bearer token as its owner gets it.
#[derive(Clone)]
pub struct IssuedToken {
    /// The token: a secret.
    pub access_token: String,
    /// How long it lives.
    pub expires_in: Duration,
    /// The scopes that it was narrowed to; empty for all of the role.
    pub scopes: String,
    /// What the next token is exchanged for; a secret. Only for people.
    pub refresh_token: Option<String>,
}

/// What a token is about to be issued for.
struct Issue {
    principal: Principal,
    client: ClientId,
    organization: OrganizationId,
    scopes: String,
    family: Uuid,
    spent: Vec<TokenHash>,
}

impl Service {
    /// Exchanges something for a bearer token.
    ///
    /// # Errors
    /// `Unauthorized` for a wrong client id or secret (which of them is not said), `Invalid` for an unknown scope, a code
    /// or a refresh token that is wrong or was spent, `Throttled`.
    pub async fn issue_token(
        &self,
        client: ClientLogin,
        exchange: Exchange,
        address: IpAddr,
    ) -> Result<IssuedToken, ServiceError> {
        let scopes = match &exchange {
            Exchange::ClientCredentials { scopes } => checked_scopes(scopes.as_deref())?,
            Exchange::Code { .. } | Exchange::Refresh { .. } => String::new(),
        };
        let application = self.log_in_client(client, address).await?;
        let issue = match exchange {
            Exchange::ClientCredentials { scopes: _ } => {
                let client = match application {
                    Application::Registered(client) if !client.secrets.is_empty() => client,
                    Application::Registered(_) | Application::Console => {
                        return Err(ServiceError::Invalid {
                            field: "grant_type",
                            rule: "is not for a client without a secret".to_owned(),
                            remedy: "use `authorization_code`, or a client with a secret".to_owned(),
                        });
                    }
                };
                Issue {
                    principal: Principal::Client(client.id),
                    client: client.id,
                    organization: client.organization_id,
                    scopes,
                    family: self.inner.ambient.uuid(),
                    spent: Vec::new(),
                }
            }
            Exchange::Code { code, redirect_uri, verifier } => {
                let kept = self.take(&application, &code, TokenKind::Code, "code").await?;
                let fits = kept.code.as_ref().is_some_and(|binding| fits(binding, &redirect_uri, &verifier));
                if !fits {
                    self.end_family(kept.organization_id, kept.family).await?;
                    return Err(invalid_grant("code", "does not fit `redirect_uri` and `code_verifier`"));
                }
                self.issue_again(application.id(), kept, "code").await?
            }
            Exchange::Refresh { token } => {
                let kept = self.take(&application, &token, TokenKind::Refresh, "refresh_token").await?;
                self.issue_again(application.id(), kept, "refresh_token").await?
            }
        };
        self.exchange(issue).await
    }

    /// A code for a person who has logged in through a client.
    pub(crate) async fn issue_code(
        &self,
        user: &User,
        client: ClientId,
        scopes: &str,
        binding: CodeBinding,
    ) -> Result<String, ServiceError> {
        let (now, family) = (self.inner.ambient.now(), self.inner.ambient.uuid());
        let code = self.family_token(user.organization_id, family);
        let token = AccessToken {
            hash: hash_token(&code),
            organization_id: user.organization_id,
            kind: TokenKind::Code,
            principal: Principal::User(user.id),
            client_id: Some(client),
            scopes: scopes.to_owned(),
            family,
            code: Some(binding),
            created_at: now,
            expires_at: now.plus_millis(CODE),
        };
        self.inner.store.exchange_tokens(user.organization_id, vec![token], Vec::new()).await?;
        Ok(code)
    }

    /// Ends the caller's token, and with a person's token everything of that log-in.
    ///
    /// # Errors
    /// The store's.
    pub async fn revoke_own_token(&self, caller: &Caller) -> Result<(), ServiceError> {
        let organization = caller.organization_id();
        let Some(token) = self.inner.store.find_access_token(organization, caller.token()).await? else {
            return Ok(());
        };
        self.revoke_kept(token).await
    }

    /// RFC 7009: ends a token of a client; one that is unknown or another client's changes nothing.
    ///
    /// # Errors
    /// `Unauthorized` for wrong credentials of the client, `Throttled`.
    pub async fn revoke_token(&self, client: ClientLogin, token: &str, address: IpAddr) -> Result<(), ServiceError> {
        let application = self.log_in_client(client, address).await?;
        let Some(organization) = application.organization_of(token) else { return Ok(()) };
        let kept = self.inner.store.find_access_token(organization, hash_token(token)).await?;
        match kept.filter(|kept| kept.client_id == Some(application.id())) {
            Some(kept) => self.revoke_kept(kept).await,
            None => Ok(()),
        }
    }

    async fn revoke_kept(&self, token: AccessToken) -> Result<(), ServiceError> {
        let whose = match token.principal {
            Principal::Client(_) => Revoked::Token(token.hash),
            Principal::User(_) => Revoked::Family(token.family),
        };
        self.inner.store.revoke_tokens(token.organization_id, whose).await?;
        self.inner.tokens.forget();
        Ok(())
    }

    /// Ends everything that somebody's log-ins ever got.
    pub(crate) async fn revoke_all_of(
        &self,
        organization: OrganizationId,
        principal: Principal,
    ) -> Result<(), ServiceError> {
        self.inner.store.revoke_tokens(organization, Revoked::Principal(principal.uuid())).await?;
        self.inner.tokens.forget();
        Ok(())
    }

    /// A client by its credentials. An unknown one costs the same time as a wrong secret.
    async fn log_in_client(&self, login: ClientLogin, address: IpAddr) -> Result<Application, ServiceError> {
        let ClientLogin { id, secret } = login;
        let refused = ServiceError::Unauthorized("the client id or its secret is wrong");
        let id = id.parse::<ClientId>().map_err(|_| ());
        if id == Ok(CONSOLE_CLIENT) {
            // It has no secret that could be guessed: nothing is counted, so that nobody can lock everybody out of it.
            return if secret.is_none() { Ok(Application::Console) } else { Err(refused) };
        }
        let account = id.map_or_else(|()| "client".to_owned(), |id| format!("client {id}"));
        let attempt: Attempt = self.begin_log_in(&account, address)?;
        let client: Option<Client> = match id {
            Ok(id) => self.locate_entity(&id.to_string()).await?.map(|found| found.entity),
            Err(()) => None,
        };
        let fits = match (&client, secret) {
            // A public client proves itself by what it exchanges.
            (Some(client), None) => client.secrets.is_empty(),
            (client, secret) => {
                let now = self.inner.ambient.now();
                let secrets = client.iter().flat_map(|client| &client.secrets);
                let good = secrets.filter(|secret| secret.good_until.is_none_or(|until| until > now));
                let hashes = good.map(|secret| secret.hash.clone()).take(2).collect();
                self.some_secret_fits(secret.unwrap_or_default(), hashes).await?
            }
        };
        match client.filter(|client| fits && client.enabled) {
            Some(client) => {
                attempt.succeeded();
                Ok(Application::Registered(client))
            }
            None => {
                self.log_in_failed(attempt, None).await?;
                Err(refused)
            }
        }
    }

    /// A token that can be exchanged once. One that was spent before ends everything of its log-in: either its owner or
    /// a thief comes second, and nobody can tell which.
    async fn take(
        &self,
        application: &Application,
        text: &str,
        kind: TokenKind,
        field: &'static str,
    ) -> Result<AccessToken, ServiceError> {
        let unknown = || invalid_grant(field, "is wrong, over or was used before");
        let organization = application.organization_of(text).ok_or_else(unknown)?;
        let kept = self.inner.store.find_access_token(organization, hash_token(text)).await?;
        let Some(kept) = kept else {
            if let Some(family) = family_of(text, organization) {
                self.end_family(organization, family).await?;
            }
            return Err(unknown());
        };
        if kept.kind != kind {
            return Err(invalid_grant(field, "is a token of another kind"));
        }
        if kept.client_id != Some(application.id()) {
            self.end_family(organization, kept.family).await?;
            return Err(invalid_grant(field, "was given to another client"));
        }
        if kept.expires_at <= self.inner.ambient.now() {
            return Err(invalid_grant(field, "is over"));
        }
        Ok(kept)
    }

    async fn end_family(&self, organization: OrganizationId, family: Uuid) -> Result<(), ServiceError> {
        self.inner.store.revoke_tokens(organization, Revoked::Family(family)).await?;
        self.inner.tokens.forget();
        Ok(())
    }

    async fn issue_again(
        &self,
        client: ClientId,
        kept: AccessToken,
        field: &'static str,
    ) -> Result<Issue, ServiceError> {
        let AccessToken { hash, organization_id, principal, scopes, family, .. } = kept;
        let user = match principal {
            Principal::User(id) => self.find_entity::<User>(organization_id, id.uuid()).await?,
            Principal::Client(_) => None,
        };
        if user.is_none_or(|user| !user.entity.enabled) {
            return Err(invalid_grant(field, "is of a person who may not log in any more"));
        }
        Ok(Issue { principal, client, organization: organization_id, scopes, family, spent: vec![hash] })
    }

    async fn exchange(&self, issue: Issue) -> Result<IssuedToken, ServiceError> {
        let Issue { principal, client, organization, scopes, family, spent } = issue;
        let now = self.inner.ambient.now();
        let kept = |text: &str, kind, lifetime: Duration| AccessToken {
            hash: hash_token(text),
            organization_id: organization,
            kind,
            principal,
            client_id: Some(client),
            scopes: scopes.clone(),
            family,
            code: None,
            created_at: now,
            expires_at: now.plus_millis(i64::try_from(lifetime.as_millis()).unwrap_or(i64::MAX)),
        };
        let (access_token, expires_in) = (self.inner.ambient.secret(), self.inner.settings.access_token);
        let mut tokens = vec![kept(&access_token, TokenKind::Access, expires_in)];
        let refresh_token = match principal {
            Principal::User(_) => Some(self.family_token(organization, family)),
            Principal::Client(_) => None,
        };
        if let Some(refresh_token) = &refresh_token {
            tokens.push(kept(refresh_token, TokenKind::Refresh, self.inner.settings.refresh_token));
        }
        match self.inner.store.exchange_tokens(organization, tokens, spent).await.map_err(ServiceError::from) {
            Ok(()) => Ok(IssuedToken { access_token, expires_in, scopes, refresh_token }),
            // Somebody else exchanged it in this very moment.
            Err(ServiceError::Stale(_)) => {
                self.end_family(organization, family).await?;
                Err(invalid_grant("refresh_token", "was used before"))
            }
            Err(error) => Err(error),
        }
    }

    /// A secret that names its log-in.
    fn family_token(&self, organization: OrganizationId, family: Uuid) -> String {
        format!("{}.{}.{}", organization.uuid().simple(), family.simple(), self.inner.ambient.secret())
    }

    /// The person's name for the audit log: that it logged in.
    pub(crate) async fn note_log_in(&self, user: UserId, organization: OrganizationId) -> Result<(), ServiceError> {
        let act = Act { by: waybill_model::Actor::User(user), ..Act::of_server("user.logged_in", user.uuid()) };
        Ok(self.inner.store.append_audit(organization, self.audit_entry(act)).await?)
    }
}

/// Names of scopes, each once checked, separated by one space.
pub(crate) fn checked_scopes(text: Option<&str>) -> Result<String, ServiceError> {
    let names: Vec<_> = text.unwrap_or_default().split_whitespace().collect();
    match names.iter().find(|name| scope(name).is_none()) {
        Some(unknown) => Err(ServiceError::Invalid {
            field: "scope",
            rule: format!("names the unknown scope `{}`", crate::error::cut(unknown, 64)),
            remedy: format!("use some of {SCOPES}, or none for all of the role"),
        }),
        None => Ok(names.join(" ")),
    }
}

/// The log-in that a code or refresh token names, when it is of this organization.
fn family_of(text: &str, organization: OrganizationId) -> Option<Uuid> {
    let mut parts = text.split('.');
    let (named, family) = (parts.next()?, parts.next()?);
    let named = Uuid::try_parse(named).ok().filter(|named| *named == organization.uuid());
    named.and_then(|_| Uuid::try_parse(family).ok())
}

/// The redirect URI is the same text, and the verifier's SHA-256 is the challenge (RFC 7636, S256).
fn fits(binding: &CodeBinding, redirect_uri: &str, verifier: &str) -> bool {
    let CodeBinding { redirect_uri: bound, challenge } = binding;
    let given = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    let same: bool = given.as_bytes().ct_eq(challenge.as_bytes()).into();
    same && bound == redirect_uri
}

fn invalid_grant(field: &'static str, rule: &str) -> ServiceError {
    ServiceError::Invalid { field, rule: rule.to_owned(), remedy: "log in again".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acc5_a_verifier_fits_the_challenge_of_the_rfc_and_nothing_else() {
        // RFC 7636, appendix B.
        let binding = CodeBinding {
            redirect_uri: "http://127.0.0.1/callback".to_owned(),
            challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".to_owned(),
        };
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert!(fits(&binding, "http://127.0.0.1/callback", verifier));
        assert!(!fits(&binding, "http://127.0.0.1/callback/", verifier));
        assert!(!fits(&binding, "http://127.0.0.1/callback", "dBjftJeZ4CVP"));
        assert!(!fits(&binding, "http://127.0.0.1/callback", ""));
    }

    #[test]
    fn acc5_a_spent_token_still_names_its_log_in_within_its_organization() {
        let (ours, theirs) = (OrganizationId::new(Uuid::from_u128(1)), OrganizationId::new(Uuid::from_u128(2)));
        let family = Uuid::from_u128(7);
        let text = format!("{}.{}.secret", ours.uuid().simple(), family.simple());
        assert_eq!(family_of(&text, ours), Some(family));
        assert_eq!(family_of(&text, theirs), None);
        for text in ["", "x", "..", "secret"] {
            assert_eq!(family_of(text, ours), None, "{text}");
        }
    }
}
