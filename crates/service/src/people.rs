//! People: who can log in, created, changed and deleted by those who may, and what each does for himself (ACC1, ACC7).

use std::net::IpAddr;

use uuid::Uuid;
use waybill_model::{BuiltInRole, Division, Grant, OrganizationId, Principal, Sealed, User, UserId};
use waybill_store::EntityFilter;

use crate::{
    Caller, Divisions, EntityList, Service, ServiceError, Versioned,
    entities::Act,
    login::{account, totp_purpose},
    roles::GivenGrant,
    totp,
};

/// Shortest password, in characters.
const SHORTEST: usize = 10;
/// Longest password, in bytes.
const LONGEST: usize = 256;

/// A person to create.
#[derive(Clone)]
pub struct NewUser {
    /// The name.
    pub name: String,
    /// The e-mail address with which it logs in.
    pub email: String,
    /// Its password; without one nobody can log in as it.
    pub password: Option<String>,
    /// Its division; the home division when absent.
    pub division_id: Option<String>,
    /// Its roles.
    pub grants: Vec<GivenGrant>,
}

/// What is to be changed of a person; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserChange {
    /// The name.
    pub name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The division.
    pub division_id: Option<String>,
    /// Whether it may log in.
    pub enabled: Option<bool>,
    /// The version that the change was decided on.
    pub version: Option<u64>,
}

/// Which people a list wants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserQuery {
    /// Of these ids.
    pub ids: Option<Vec<Uuid>>,
    /// Whose name contains this.
    pub name: Option<String>,
    /// So many are left out from the beginning.
    pub offset: u64,
    /// At most so many.
    pub limit: u32,
}

/// The secret of a second factor, to be typed or scanned into an app; shown this once.
#[derive(Clone)]
pub struct TotpSecret {
    /// In base32.
    pub secret: String,
    /// The same as `otpauth:` address.
    pub uri: String,
}

impl Service {
    /// The people of the divisions that the right reaches, by name.
    ///
    /// # Errors
    /// The store's.
    pub async fn list_users(&self, caller: &Caller, query: UserQuery) -> Result<EntityList<User>, ServiceError> {
        let UserQuery { ids, name, offset, limit } = query;
        let organization = caller.organization_id();
        if *caller.divisions() == Divisions::All {
            return self.list_entities(organization, EntityFilter { name, ids, offset, limit }).await;
        }
        let mut visible = self.all_users(organization, EntityFilter { name, ids, ..EntityFilter::default() }).await?;
        visible.retain(|user| caller.divisions().contain(user.entity.division_id));
        let total = visible.len() as u64;
        let skip = usize::try_from(offset).unwrap_or(usize::MAX);
        Ok(EntityList { entities: visible.into_iter().skip(skip).take(limit as usize).collect(), total })
    }

    /// A person.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_user(&self, caller: &Caller, id: &str) -> Result<Versioned<User>, ServiceError> {
        let user = self.get_entity::<User>(caller.organization_id(), id).await?;
        if !caller.divisions().contain(user.entity.division_id) {
            return Err(ServiceError::not_found("user", id));
        }
        Ok(user)
    }

    /// The person who calls; none for a client.
    ///
    /// # Errors
    /// `WrongState` for a client.
    pub async fn get_own_user(&self, caller: &Caller) -> Result<Versioned<User>, ServiceError> {
        let id = caller.user_id().ok_or_else(|| ServiceError::Invalid {
            field: "token",
            rule: "is a client's, not a person's".to_owned(),
            remedy: "log in as a person (authorization code), or read `/api/v2/tokens/me`".to_owned(),
        })?;
        let user = self.find_entity(caller.organization_id(), id.uuid()).await?;
        user.ok_or_else(|| ServiceError::not_found("user", id))
    }

    /// Creates a person, with no more rights than the caller has.
    ///
    /// # Errors
    /// `Invalid`, `Taken` for the e-mail address, `MissingPermission` for roles beyond the caller's.
    pub async fn create_user(&self, caller: &Caller, new: NewUser) -> Result<Versioned<User>, ServiceError> {
        let organization = caller.organization_id();
        let NewUser { name, email, password, division_id, grants } = new;
        let division_id = self.reached_division(caller, division_id.as_deref()).await?;
        let grants = self.checked_grants(organization, grants).await?;
        self.check_covered(caller, &grants).await?;
        let user = User { division_id, grants, ..self.draft_user(organization, &name, &email, password).await? };
        let act = Act::of(caller, "user.created", user.id.uuid()).saying(grants_text(&user.grants));
        self.create_entity(&user, act).await?;
        Ok(Versioned { entity: user, version: 1 })
    }

    /// Creates a person with a role everywhere: the first administrator, the demo's people. Never behind a request.
    ///
    /// # Errors
    /// `Invalid`, `Taken`.
    pub async fn create_first_user(
        &self,
        organization: OrganizationId,
        (name, email, password): (&str, &str, String),
        role: BuiltInRole,
    ) -> Result<UserId, ServiceError> {
        let drafted = self.draft_user(organization, name, email, Some(password)).await?;
        let user = User { grants: vec![Grant::everywhere(role.id())], ..drafted };
        let act = Act::of_server("user.created", user.id.uuid()).saying(grants_text(&user.grants));
        self.create_entity(&user, act).await?;
        Ok(user.id)
    }

    /// Whether somebody on this server logs in with an e-mail address. Never behind a request.
    ///
    /// # Errors
    /// The store's.
    pub async fn email_is_taken(&self, email: &str) -> Result<bool, ServiceError> {
        Ok(self.locate_entity::<User>(&email.trim().to_lowercase()).await?.is_some())
    }

    /// The same for somebody who may be there already: then the password is set.
    ///
    /// # Errors
    /// `Invalid`, `Taken` by another organization.
    pub async fn keep_first_user(
        &self,
        organization: OrganizationId,
        (name, email, password): (&str, &str, String),
        role: BuiltInRole,
    ) -> Result<UserId, ServiceError> {
        let present = self.locate_entity::<User>(email).await?;
        let Some(mut user) = present.filter(|user| user.entity.organization_id == organization) else {
            return self.create_first_user(organization, (name, email, password), role).await;
        };
        user.entity.password_hash = Some(self.hash_password(password, email).await?);
        self.update_entity(&user, Act::of_server("user.password_set", user.entity.id.uuid())).await?;
        Ok(user.entity.id)
    }

    async fn draft_user(
        &self,
        organization_id: OrganizationId,
        name: &str,
        email: &str,
        password: Option<String>,
    ) -> Result<User, ServiceError> {
        let email = checked_email(email)?;
        let password_hash = match password {
            Some(password) => Some(self.hash_password(password, &email).await?),
            None => None,
        };
        Ok(User {
            id: self.inner.ambient.user_id(),
            organization_id,
            division_id: Division::home(organization_id),
            email,
            name: checked_name(name)?,
            password_hash,
            totp: None,
            totp_pending: None,
            totp_step: None,
            grants: Vec::new(),
            enabled: true,
            created_at: self.inner.ambient.now(),
        })
    }

    /// Changes a person. Who is switched off is logged out everywhere.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`, `Taken`, `Stale`, `WrongState` for the last administrator, `MissingPermission` for somebody
    /// with more rights than the caller.
    pub async fn update_user(
        &self,
        caller: &Caller,
        id: &str,
        change: UserChange,
    ) -> Result<Versioned<User>, ServiceError> {
        let UserChange { name, email, division_id, enabled, version } = change;
        let _turn = self.inner.people.lock().await;
        let mut user = self.get_user(caller, id).await?;
        if version.is_some_and(|version| version != user.version) {
            return Err(ServiceError::Stale(format!("user `{}`", user.entity.id)));
        }
        let mut said = Vec::new();
        if let Some(name) = name {
            user.entity.name = checked_name(&name)?;
            said.push("name");
        }
        if let Some(email) = email {
            self.check_covered(caller, &user.entity.grants).await?;
            user.entity.email = checked_email(&email)?;
            said.push("email");
        }
        if let Some(division_id) = division_id {
            user.entity.division_id = self.reached_division(caller, Some(&division_id)).await?;
            said.push("division");
        }
        if let Some(enabled) = enabled {
            self.check_covered(caller, &user.entity.grants).await?;
            if !enabled {
                self.check_admin_is_left(&user.entity).await?;
            }
            user.entity.enabled = enabled;
            said.push(if enabled { "enabled" } else { "disabled" });
        }
        if said.is_empty() {
            return Ok(user);
        }
        let act = Act::of(caller, "user.changed", user.entity.id.uuid()).saying(said.join(", "));
        self.update_entity(&user, act).await?;
        self.routing_person_changed(&user.entity);
        if !user.entity.enabled {
            self.revoke_all_of(user.entity.organization_id, Principal::User(user.entity.id)).await?;
        }
        self.inner.tokens.forget();
        Ok(Versioned { version: user.version + 1, entity: user.entity })
    }

    /// Gives a person exactly these roles.
    ///
    /// # Errors
    /// As `update_user`; `MissingPermission` for roles beyond the caller's.
    pub async fn set_user_grants(
        &self,
        caller: &Caller,
        id: &str,
        grants: Vec<GivenGrant>,
    ) -> Result<Versioned<User>, ServiceError> {
        let _turn = self.inner.people.lock().await;
        let mut user = self.get_user(caller, id).await?;
        let grants = self.checked_grants(user.entity.organization_id, grants).await?;
        self.check_covered(caller, &user.entity.grants).await?;
        self.check_covered(caller, &grants).await?;
        if !is_admin(&grants) {
            self.check_admin_is_left(&user.entity).await?;
        }
        user.entity.grants = grants;
        let act = Act::of(caller, "user.roles_changed", user.entity.id.uuid());
        self.update_entity(&user, act.saying(grants_text(&user.entity.grants))).await?;
        self.inner.tokens.forget();
        Ok(Versioned { version: user.version + 1, entity: user.entity })
    }

    /// Deletes a person: logged out everywhere, and forgotten but for its id in what it did.
    ///
    /// # Errors
    /// As `update_user`.
    pub async fn delete_user(&self, caller: &Caller, id: &str) -> Result<(), ServiceError> {
        let _turn = self.inner.people.lock().await;
        let user = self.get_user(caller, id).await?.entity;
        self.check_covered(caller, &user.grants).await?;
        self.check_admin_is_left(&user).await?;
        self.delete_entity(&user, Act::of(caller, "user.deleted", user.id.uuid())).await?;
        self.routing_person_removed(&user).await?;
        self.revoke_all_of(user.organization_id, Principal::User(user.id)).await
    }

    /// Sets somebody's password; the person is logged out everywhere.
    ///
    /// # Errors
    /// As `update_user`.
    pub async fn set_user_password(&self, caller: &Caller, id: &str, password: String) -> Result<(), ServiceError> {
        let mut user = self.get_user(caller, id).await?;
        self.check_covered(caller, &user.entity.grants).await?;
        user.entity.password_hash = Some(self.hash_password(password, &user.entity.email).await?);
        self.update_entity(&user, Act::of(caller, "user.password_set", user.entity.id.uuid())).await?;
        self.revoke_all_of(user.entity.organization_id, Principal::User(user.entity.id)).await
    }

    /// Changes one's own password; one is logged out everywhere.
    ///
    /// # Errors
    /// `Invalid` for a wrong old or a weak new password, `Throttled`.
    pub async fn change_own_password(
        &self,
        caller: &Caller,
        old: String,
        new: String,
        address: IpAddr,
    ) -> Result<(), ServiceError> {
        let mut user = self.get_own_user(caller).await?;
        self.check_own_password(&user.entity, old, address).await?;
        user.entity.password_hash = Some(self.hash_password(new, &user.entity.email).await?);
        self.update_entity(&user, Act::of(caller, "user.password_changed", user.entity.id.uuid())).await?;
        self.revoke_all_of(user.entity.organization_id, Principal::User(user.entity.id)).await
    }

    /// Draws the secret of one's second factor. It counts from its first code on.
    ///
    /// # Errors
    /// `Invalid` for a wrong password, `WrongState` when there is a second factor already, `Throttled`.
    pub async fn begin_totp(
        &self,
        caller: &Caller,
        password: String,
        address: IpAddr,
    ) -> Result<TotpSecret, ServiceError> {
        let mut user = self.get_own_user(caller).await?;
        self.check_own_password(&user.entity, password, address).await?;
        if user.entity.totp.is_some() {
            return Err(ServiceError::WrongState {
                what: "the second factor".to_owned(),
                rule: "is set already".to_owned(),
                remedy: "ask an administrator to reset it".to_owned(),
            });
        }
        let secret: totp::Secret = self.inner.ambient.bytes();
        user.entity.totp_pending = Some(self.seal(&totp_purpose(user.entity.id), &secret)?);
        self.update_entity(&user, Act::of(caller, "user.second_factor_drawn", user.entity.id.uuid())).await?;
        let secret = totp::base32(&secret);
        let label: String = percent_encoded(&user.entity.email);
        let uri =
            format!("otpauth://totp/Waybill:{label}?secret={secret}&issuer=Waybill&algorithm=SHA1&digits=6&period=30");
        Ok(TotpSecret { secret, uri })
    }

    /// Confirms one's second factor by its first code.
    ///
    /// # Errors
    /// `Invalid` for a wrong code, `WrongState` when none was drawn, `Throttled`.
    pub async fn confirm_totp(&self, caller: &Caller, code: &str, address: IpAddr) -> Result<(), ServiceError> {
        let mut user = self.get_own_user(caller).await?;
        let Some(pending) = user.entity.totp_pending.take() else {
            return Err(ServiceError::WrongState {
                what: "the second factor".to_owned(),
                rule: "was not drawn".to_owned(),
                remedy: "ask for its secret first".to_owned(),
            });
        };
        let attempt = self.begin_log_in(&account(&user.entity.email), address)?;
        let secret = self.unseal(&totp_purpose(user.entity.id), &pending)?;
        let Some(step) = totp::step_of(&secret, code.trim(), self.inner.ambient.now(), None) else {
            let known = (user.entity.organization_id, user.entity.id.uuid());
            self.log_in_failed(attempt, Some(known)).await?;
            return Err(ServiceError::Invalid {
                field: "code",
                rule: "is wrong".to_owned(),
                remedy: "send the six digits that the app shows now; the clocks have to agree".to_owned(),
            });
        };
        attempt.succeeded();
        user.entity.totp = Some(pending);
        user.entity.totp_step = Some(step);
        self.update_entity(&user, Act::of(caller, "user.second_factor_set", user.entity.id.uuid())).await
    }

    /// Takes somebody's second factor away: the way back for whoever lost the app.
    ///
    /// # Errors
    /// As `update_user`.
    pub async fn reset_totp(&self, caller: &Caller, id: &str) -> Result<(), ServiceError> {
        let mut user = self.get_user(caller, id).await?;
        self.check_covered(caller, &user.entity.grants).await?;
        user.entity.totp = None::<Sealed>;
        user.entity.totp_pending = None;
        user.entity.totp_step = None;
        self.update_entity(&user, Act::of(caller, "user.second_factor_reset", user.entity.id.uuid())).await
    }

    async fn check_own_password(&self, user: &User, password: String, address: IpAddr) -> Result<(), ServiceError> {
        let attempt = self.begin_log_in(&account(&user.email), address)?;
        if password.len() <= 1_024
            && self.some_secret_fits(password, user.password_hash.iter().cloned().collect()).await?
        {
            attempt.succeeded();
            return Ok(());
        }
        self.log_in_failed(attempt, Some((user.organization_id, user.id.uuid()))).await?;
        Err(ServiceError::Invalid {
            field: "password",
            rule: "is wrong".to_owned(),
            remedy: "send your present password".to_owned(),
        })
    }

    async fn hash_password(&self, password: String, email: &str) -> Result<String, ServiceError> {
        let weak = |rule: String| ServiceError::Invalid {
            field: "password",
            rule,
            remedy: "choose a longer one that nobody can guess, such as a few words".to_owned(),
        };
        if password.chars().count() < SHORTEST || password.len() > LONGEST {
            return Err(weak(format!("must have at least {SHORTEST} characters and at most {LONGEST} bytes")));
        }
        if password.eq_ignore_ascii_case(email) || password.chars().all(|one| password.starts_with(one)) {
            return Err(weak("is too easy to guess".to_owned()));
        }
        self.hash_secret(password).await
    }

    /// A division that the right in play reaches; the home division where none is named.
    pub(crate) async fn reached_division(
        &self,
        caller: &Caller,
        division: Option<&str>,
    ) -> Result<waybill_model::DivisionId, ServiceError> {
        let organization = caller.organization_id();
        let id = match division {
            None => Division::home(organization),
            Some(text) => self.get_entity::<Division>(organization, text).await?.entity.id,
        };
        if !caller.divisions().contain(id) {
            return Err(ServiceError::not_found("division", id));
        }
        Ok(id)
    }

    /// Somebody with the role `admin` everywhere always stays.
    async fn check_admin_is_left(&self, going: &User) -> Result<(), ServiceError> {
        let is_one = |user: &User| user.enabled && user.password_hash.is_some() && is_admin(&user.grants);
        if !is_one(going) {
            return Ok(());
        }
        let users = self.all_users(going.organization_id, EntityFilter::default()).await?;
        if users.iter().any(|user| user.entity.id != going.id && is_one(&user.entity)) {
            return Ok(());
        }
        Err(ServiceError::WrongState {
            what: format!("user `{}`", going.id),
            rule: "is the last administrator".to_owned(),
            remedy: "give somebody else the role `admin` first".to_owned(),
        })
    }

    async fn all_users(
        &self,
        organization: OrganizationId,
        filter: EntityFilter,
    ) -> Result<Vec<Versioned<User>>, ServiceError> {
        let mut users = Vec::new();
        loop {
            let filter = EntityFilter { offset: users.len() as u64, limit: 500, ..filter.clone() };
            let page = self.list_entities::<User>(organization, filter).await?;
            if page.entities.is_empty() {
                return Ok(users);
            }
            users.extend(page.entities);
        }
    }
}

fn is_admin(grants: &[Grant]) -> bool {
    grants.iter().any(|grant| grant.role_id == BuiltInRole::Admin.id() && grant.divisions.is_none())
}

/// Roles by id, for the audit log.
pub(crate) fn grants_text(grants: &[Grant]) -> String {
    let roles = grants.iter().map(|grant| match BuiltInRole::find(grant.role_id) {
        Some(role) => role.name().to_owned(),
        None => grant.role_id.to_string(),
    });
    format!("roles: {}", roles.collect::<Vec<_>>().join(", "))
}

/// A name: some visible text.
pub(crate) fn checked_name(name: &str) -> Result<String, ServiceError> {
    let name = name.trim();
    if name.is_empty() || name.len() > 256 || name.chars().any(char::is_control) {
        return Err(ServiceError::Invalid {
            field: "name",
            rule: "must have 1 to 256 bytes and no control characters".to_owned(),
            remedy: "send a shorter or plainer name".to_owned(),
        });
    }
    Ok(name.to_owned())
}

fn checked_email(email: &str) -> Result<String, ServiceError> {
    let email = email.trim().to_lowercase();
    let mut parts = email.split('@');
    let (local, host, more) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next());
    let strange = email.chars().any(|one| one.is_control() || one.is_whitespace() || "<>\"(),:;\\[]".contains(one));
    if local.is_empty() || host.is_empty() || more.is_some() || strange || email.len() > 254 {
        return Err(ServiceError::Invalid {
            field: "email",
            rule: "is no e-mail address".to_owned(),
            remedy: "send one like `zoe@example.com`".to_owned(),
        });
    }
    Ok(email)
}

fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
