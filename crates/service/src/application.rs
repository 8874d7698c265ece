//! What people log in through: a client that an organization registered, or the console, which every server carries.

use uuid::Uuid;
use waybill_model::{Client, ClientId, OrganizationId};

use crate::{Service, ServiceError};

/// The console's client id, the same on every server.
pub const CONSOLE_CLIENT: ClientId = ClientId::new(Uuid::from_u128(0x8000_8000_0000_0000_c001));
/// Where the console is sent back to.
const CONSOLE_REDIRECT: [&str; 1] = ["/console/callback"];

/// An application that may ask for a person's log-in.
#[derive(Debug, Clone)]
pub(crate) enum Application {
    /// Registered by an organization, for its own people.
    Registered(Client),
    /// The console of this server: for the people of every organization, with their own rights and nothing else.
    Console,
}

impl Application {
    pub(crate) const fn id(&self) -> ClientId {
        match self {
            Self::Registered(client) => client.id,
            Self::Console => CONSOLE_CLIENT,
        }
    }

    /// Hostile text.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Registered(client) => &client.name,
            Self::Console => "Waybill",
        }
    }

    pub(crate) fn redirect_uris(&self) -> impl Iterator<Item = &str> {
        let (registered, own): (&[String], &[&str]) = match self {
            Self::Registered(client) => (&client.redirect_uris, &[]),
            Self::Console => (&[], &CONSOLE_REDIRECT),
        };
        registered.iter().map(String::as_str).chain(own.iter().copied())
    }

    /// Whether people of an organization may log in through it.
    pub(crate) fn is_for(&self, organization: OrganizationId) -> bool {
        match self {
            Self::Registered(client) => client.organization_id == organization,
            Self::Console => true,
        }
    }

    /// The organization in which a code or refresh token is looked for; the console finds it in the token's text.
    pub(crate) fn organization_of(&self, token: &str) -> Option<OrganizationId> {
        match self {
            Self::Registered(client) => Some(client.organization_id),
            Self::Console => {
                let named = token.split('.').next().unwrap_or_default();
                Uuid::try_parse(named).ok().map(OrganizationId::new)
            }
        }
    }
}

impl Service {
    /// An application that may be used.
    pub(crate) async fn find_application(&self, id: ClientId) -> Result<Option<Application>, ServiceError> {
        if id == CONSOLE_CLIENT {
            return Ok(Some(Application::Console));
        }
        let client = self.locate_entity::<Client>(&id.to_string()).await?.map(|found| found.entity);
        Ok(client.filter(|client| client.enabled).map(Application::Registered))
    }

    /// Whether an application may still be used by the people of an organization.
    pub(crate) async fn is_open(&self, organization: OrganizationId, id: ClientId) -> Result<bool, ServiceError> {
        if id == CONSOLE_CLIENT {
            return Ok(true);
        }
        let found = self.find_entity::<Client>(organization, id.uuid()).await?;
        Ok(found.is_some_and(|found| found.entity.enabled))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acc5_the_console_finds_the_organization_in_the_token_and_is_for_every_one() {
        let organization = OrganizationId::new(Uuid::from_u128(7));
        let named = format!("{}.{}.secret", organization.uuid().simple(), Uuid::from_u128(8).simple());
        for (text, expected) in [(named.as_str(), Some(organization)), ("", None), ("a.b.c", None), (".", None)] {
            assert_eq!(Application::Console.organization_of(text), expected, "{text}");
        }
        assert!(Application::Console.is_for(organization));
        assert_eq!(Application::Console.redirect_uris().collect::<Vec<_>>(), ["/console/callback"]);
    }
}
