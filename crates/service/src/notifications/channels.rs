//! The channels themselves: created, shown to their owner, found by their secret, ended (NOT1–NOT3).

use std::net::IpAddr;

use uuid::Uuid;
use waybill_model::{Channel, Entity as _, EntityChange, Permission, Time};
use waybill_store::EntityFilter;

use super::Topics;
use crate::{
    Caller, Service, ServiceError,
    ambient::hash_token,
    entities::{Act, Versioned, put},
};

/// Channels of one user and application.
const CHANNELS: usize = 20;
/// How long a channel lives after it was created or last subscribed.
const LIFE_MILLIS: i64 = 24 * 3_600 * 1_000;
/// Letters of the secret part of an id: 130 bits.
const SECRET_LETTERS: usize = 26;
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// What every id begins with; real ones name a streaming server by number.
const PREFIX: &str = "streaming-1-";
/// What the id is sealed for.
const PURPOSE: &str = "notification channel";
/// Channels per look when ended ones are swept away.
const SWEEP: u32 = 500;

/// A channel as its owner is shown it.
#[derive(Clone)]
pub struct CreatedChannel {
    /// The id that opens its socket: a secret.
    pub id: String,
    /// When it ends.
    pub expires_at: Time,
}

impl std::fmt::Debug for CreatedChannel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreatedChannel").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// Which of its own channels a caller lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChannelsOf {
    /// Those that live by the token of the call.
    Token,
    /// Those of the user and the application.
    Application,
}

/// A channel as its socket knows it.
#[derive(Debug, Clone)]
pub struct ChannelSocket {
    /// The channel's inner id.
    pub channel: Uuid,
    /// Its version: a later one has other topics.
    pub version: u64,
    /// Its topics.
    pub topics: Topics,
    /// When it ends.
    pub expires_at: Time,
    /// Who reads, as the token now lets it.
    pub caller: Caller,
}

impl Service {
    /// Creates a channel. One more than twenty replaces the owner's oldest one that is not `in_use`; the inner ids of
    /// those that were replaced come back.
    ///
    /// # Errors
    /// The store's.
    pub async fn create_channel(
        &self,
        caller: &Caller,
        in_use: &(dyn Fn(Uuid) -> bool + Sync),
    ) -> Result<(CreatedChannel, Vec<Uuid>), ServiceError> {
        let now = self.inner.ambient.now();
        let client_id = caller.client_id();
        let owner = Channel::owner_name(caller.principal(), client_id);
        let mut standing = self.channels_of(caller, &owner).await?;
        // The ended ones first, then those that nobody listens to, the oldest first.
        standing.sort_by_key(|one| (one.expires_at > now, in_use(one.id), one.touched_at));
        let ended = standing.iter().take_while(|one| one.expires_at <= now).count();
        let surplus = (standing.len() + 1).saturating_sub(CHANNELS).max(ended);
        let replaced: Vec<Uuid> = standing.iter().take(surplus).map(|one| one.id).collect();

        let id = self.draw_channel_id();
        let channel = Channel {
            id: self.inner.ambient.uuid(),
            organization_id: caller.organization_id(),
            owner,
            principal: caller.principal(),
            client_id,
            secret: hash_token(&id),
            sealed: self.seal(PURPOSE, id.as_bytes())?,
            token: caller.token(),
            topics: Vec::new(),
            created_at: now,
            touched_at: now,
            expires_at: now.plus_millis(LIFE_MILLIS),
        };
        let delete = |id: &Uuid| EntityChange::Delete { kind: Channel::KIND.to_owned(), id: *id };
        let mut changes: Vec<EntityChange> = replaced.iter().map(delete).collect();
        changes.push(put(&channel, 1)?);
        let act = Act::of(caller, "channel.created", channel.id);
        self.change_entities(caller.organization_id(), changes, act).await?;
        Ok((CreatedChannel { id, expires_at: channel.expires_at }, replaced))
    }

    /// The caller's own channels, oldest first.
    ///
    /// # Errors
    /// The store's.
    pub async fn list_channels(&self, caller: &Caller, of: ChannelsOf) -> Result<Vec<CreatedChannel>, ServiceError> {
        let owner = Channel::owner_name(caller.principal(), caller.client_id());
        let now = self.inner.ambient.now();
        let mut channels = self.channels_of(caller, &owner).await?;
        channels.retain(|one| one.expires_at > now && (of == ChannelsOf::Application || one.token == caller.token()));
        channels.sort_by_key(|one| one.created_at);
        let shown = channels.into_iter().map(|channel| {
            let id = self.unseal(PURPOSE, &channel.sealed)?;
            let id = String::from_utf8(id).map_err(|error| ServiceError::Bug(error.to_string()))?;
            Ok(CreatedChannel { id, expires_at: channel.expires_at })
        });
        shown.collect()
    }

    /// A channel of the caller's own, by the id that it was given.
    ///
    /// # Errors
    /// `NotFound`, also for somebody else's.
    pub async fn check_channel(&self, caller: &Caller, id: &str) -> Result<(), ServiceError> {
        self.own_channel(caller, id).await.map(drop)
    }

    /// Whoever knows a channel's id may open its socket (NOT2); the token behind it must still hold.
    ///
    /// # Errors
    /// `NotFound` for an id that is none or has ended, `Unauthorized` when the token is over.
    pub async fn open_channel(&self, id: &str) -> Result<ChannelSocket, ServiceError> {
        let Versioned { entity: channel, version } = self.live_channel(id).await?;
        let caller = self.holder(&channel).await?;
        self.inner.gate.request(caller.principal())?;
        Ok(socket(&channel, version, caller))
    }

    /// Counts an id that was none: guessing is slow.
    ///
    /// # Errors
    /// `Throttled`.
    pub fn take_guess(&self, address: IpAddr) -> Result<(), ServiceError> {
        self.inner.gate.login(address)?;
        Ok(())
    }

    /// The same for a socket that goes on; asks the store, not the memory of tokens, so that what was revoked ends soon.
    ///
    /// # Errors
    /// `NotFound` when the channel has ended, `Unauthorized` when its token has.
    pub async fn renew_channel(&self, open: &ChannelSocket) -> Result<ChannelSocket, ServiceError> {
        let found = self.find_entity::<Channel>(open.caller.organization_id(), open.channel).await?;
        let found = found.filter(|found| found.entity.expires_at > self.inner.ambient.now());
        let Versioned { entity: channel, version } = found.ok_or(GONE)?;
        let caller = self.holder(&channel).await?;
        Ok(socket(&channel, version, caller))
    }

    /// Who a channel's token lets read.
    async fn holder(&self, channel: &Channel) -> Result<Caller, ServiceError> {
        let caller = self.confirm_anew(channel.token).await?;
        if caller.principal() != channel.principal {
            return Err(GONE);
        }
        caller.acting(&[Permission::EventsView])
    }

    pub(super) async fn own_channel(&self, caller: &Caller, id: &str) -> Result<Versioned<Channel>, ServiceError> {
        let found = self.live_channel(id).await?;
        let Channel { organization_id, principal, client_id, .. } = &found.entity;
        let is_own = *organization_id == caller.organization_id()
            && *principal == caller.principal()
            && *client_id == caller.client_id();
        if is_own { Ok(found) } else { Err(GONE) }
    }

    /// The id is a secret: no error repeats it.
    async fn live_channel(&self, id: &str) -> Result<Versioned<Channel>, ServiceError> {
        if !is_channel_id(id) {
            return Err(GONE);
        }
        let found = self.locate_entity::<Channel>(&Channel::key(hash_token(id))).await?;
        found.filter(|found| found.entity.expires_at > self.inner.ambient.now()).ok_or(GONE)
    }

    async fn channels_of(&self, caller: &Caller, owner: &str) -> Result<Vec<Channel>, ServiceError> {
        let filter = EntityFilter { name: Some(owner.to_owned()), ids: None, offset: 0, limit: SWEEP };
        let list = self.list_entities::<Channel>(caller.organization_id(), filter).await?;
        // A person's name is part of the one with an application.
        let own = list.entities.into_iter().map(|found| found.entity);
        Ok(own.filter(|channel| channel.owner == owner).collect())
    }

    fn draw_channel_id(&self) -> String {
        let letters = self.inner.ambient.bytes::<SECRET_LETTERS>();
        let letters = letters.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
        PREFIX.chars().chain(letters).collect()
    }

    /// The lifetime that subscribing gives again.
    pub(super) fn channel_end(&self) -> Time {
        self.inner.ambient.now().plus_millis(LIFE_MILLIS)
    }

    /// Takes away channels that have ended; called now and then.
    pub(crate) async fn sweep_channels(&self) -> Result<(), ServiceError> {
        let now = self.inner.ambient.now();
        for organization in self.inner.store.list_organizations().await? {
            let mut offset = 0;
            loop {
                let filter = EntityFilter { name: None, ids: None, offset, limit: SWEEP };
                let list = self.list_entities::<Channel>(organization.id, filter).await?;
                let seen = list.entities.len() as u64;
                let ended: Vec<EntityChange> = list
                    .entities
                    .into_iter()
                    .filter(|found| found.entity.expires_at <= now)
                    .map(|found| EntityChange::Delete { kind: Channel::KIND.to_owned(), id: found.entity.id })
                    .collect();
                offset += seen - ended.len() as u64;
                if !ended.is_empty() {
                    let act = Act::of_server("channel.swept", organization.id.uuid());
                    self.change_entities(organization.id, ended, act).await?;
                }
                if seen < u64::from(SWEEP) {
                    break;
                }
            }
        }
        Ok(())
    }
}

/// What is said of a channel that there is not, or not for the one who asks.
pub(super) const GONE: ServiceError = ServiceError::NotFound { kind: "channel", id: String::new() };

/// Whether a text can be the id of a channel: strangers' texts cost no look-up.
fn is_channel_id(text: &str) -> bool {
    let secret = text.strip_prefix(PREFIX).unwrap_or_default();
    secret.len() == SECRET_LETTERS && secret.bytes().all(|byte| LETTERS.contains(&byte))
}

fn socket(channel: &Channel, version: u64, caller: Caller) -> ChannelSocket {
    let topics = Topics::read(channel.topics.iter().map(String::as_str));
    ChannelSocket { channel: channel.id, version, topics, expires_at: channel.expires_at, caller }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn not2_only_what_looks_like_an_id_is_looked_for() {
        assert!(is_channel_id("streaming-1-abcdefghijklmnopqrstuvwxyz"));
        for text in ["", "streaming-1-", "streaming-1-ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"] {
            assert!(!is_channel_id(text), "{text}");
        }
        assert!(!is_channel_id(&format!("streaming-1-{}", "a".repeat(27))));
    }
}
