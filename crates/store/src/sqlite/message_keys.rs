//! Which client message ids a conversation has seen, so that a new one needs no read (START8).

use std::collections::HashSet;

use parking_lot::Mutex;

/// Shared by all states of one conversation in memory.
#[derive(Debug, Default)]
pub(super) struct MessageKeys(Mutex<Keys>);

#[derive(Debug, Default)]
struct Keys {
    /// Absent until somebody read them all.
    known: Option<HashSet<i64>>,
    /// How often keys were added: a set that was read meanwhile may lack them.
    added: u64,
}

/// What a reader saw before it began to read.
#[derive(Debug, Clone, Copy)]
pub(super) struct BeforeKeys(u64);

impl MessageKeys {
    /// A new conversation's keys: all there are.
    pub(super) fn whole(keys: impl IntoIterator<Item = i64>) -> Self {
        Self(Mutex::new(Keys { known: Some(keys.into_iter().collect()), added: 0 }))
    }

    /// The writer's word, after its commit.
    pub(super) fn add(&self, keys: impl IntoIterator<Item = i64>) {
        let mut all = self.0.lock();
        all.added += 1;
        if let Some(known) = &mut all.known {
            known.extend(keys);
        }
    }

    /// Whether no message has this key, as far as that is known; else what to hand to [`Self::offer`].
    pub(super) fn surely_lacks(&self, key: i64) -> Result<bool, BeforeKeys> {
        let all = self.0.lock();
        match &all.known {
            Some(known) => Ok(!known.contains(&key)),
            None => Err(BeforeKeys(all.added)),
        }
    }

    /// A reader's set; kept only if nothing was added since `before`.
    pub(super) fn offer(&self, before: BeforeKeys, keys: HashSet<i64>) {
        let mut all = self.0.lock();
        if all.added == before.0 {
            all.known = Some(keys);
        }
    }

    /// How many are kept.
    pub(super) fn len(&self) -> usize {
        self.0.lock().known.as_ref().map_or(0, HashSet::len)
    }
}
