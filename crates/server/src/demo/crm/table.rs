//! The table: customers in one file of the demo's folder, and what was asked of it lately.

use std::{
    collections::{BTreeMap, VecDeque},
    io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use waybill_model::Time;

use super::DemoError;
use crate::private_file;

/// Requests that the page shows.
const SHOWN: usize = 50;
/// Notes that are kept per customer.
const NOTES: usize = 50;
/// Keys of writes that are remembered.
const KEYS: usize = 10_000;

/// One customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// The CRM customer id.
    pub id: String,
    /// The first name.
    pub first: String,
    /// The last name.
    pub last: String,
    /// `basic`, `silver` or `gold`.
    pub tier: String,
    /// What was written back, newest last.
    #[serde(default)]
    pub notes: Vec<Note>,
}

/// Something that was written back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// When.
    pub at: Time,
    /// The idempotency key that it came with.
    pub key: Option<String>,
    /// What it says, as JSON text.
    pub body: String,
}

/// A request that came.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) at: Time,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) key: Option<String>,
    pub(super) status: u16,
}

/// What the file holds.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    token: String,
    /// The secret of the OAuth client `waybill`.
    client_secret: String,
    customers: BTreeMap<String, Customer>,
    /// Idempotency keys of writes, oldest first.
    #[serde(default)]
    keys: VecDeque<String>,
}

#[derive(Debug)]
pub(super) struct Table {
    path: PathBuf,
    kept: Kept,
    /// Tokens that were issued since the start.
    issued: Vec<String>,
    seen: VecDeque<Seen>,
}

impl Table {
    pub(super) fn open(path: &Path, mut secret: impl FnMut() -> String) -> Result<Self, DemoError> {
        let kept = match std::fs::read_to_string(path) {
            Ok(text) => {
                serde_json::from_str(&text).map_err(|error| DemoError::Shape { path: path.to_owned(), error })?
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Kept { token: secret(), client_secret: secret(), customers: sample(), keys: VecDeque::new() }
            }
            Err(error) => return Err(DemoError::File { path: path.to_owned(), error }),
        };
        let table = Self { path: path.to_owned(), kept, issued: Vec::new(), seen: VecDeque::new() };
        table.write().map_err(|error| DemoError::File { path: path.to_owned(), error })?;
        Ok(table)
    }

    fn write(&self) -> io::Result<()> {
        private_file::write(&self.path, &serde_json::to_string_pretty(&self.kept)?)
    }

    pub(super) fn token(&self) -> &str {
        &self.kept.token
    }

    pub(super) fn knows(&self, token: &str) -> bool {
        token == self.kept.token || self.issued.iter().any(|issued| issued == token)
    }

    pub(super) fn client_secret(&self) -> &str {
        &self.kept.client_secret
    }

    pub(super) fn issue(&mut self, token: String) {
        self.issued.push(token);
    }

    pub(super) fn find(&self, id: &str) -> Option<&Customer> {
        self.kept.customers.get(id)
    }

    pub(super) fn customers(&self) -> impl Iterator<Item = &Customer> {
        self.kept.customers.values()
    }

    pub(super) fn seen(&self) -> impl Iterator<Item = &Seen> {
        self.seen.iter()
    }

    pub(super) fn saw(&mut self, seen: Seen) {
        self.seen.push_front(seen);
        self.seen.truncate(SHOWN);
    }

    pub(super) fn set(&mut self, customer: Customer) -> io::Result<()> {
        self.kept.customers.insert(customer.id.clone(), customer);
        self.write()
    }

    pub(super) fn remove(&mut self, id: &str) -> io::Result<()> {
        self.kept.customers.remove(id);
        self.write()
    }

    /// Changes a customer once per idempotency key; `false` when a request with this key has changed it before.
    pub(super) fn change(
        &mut self,
        id: &str,
        key: Option<&str>,
        change: impl FnOnce(&mut Customer),
    ) -> io::Result<Option<bool>> {
        let Some(customer) = self.kept.customers.get_mut(id) else { return Ok(None) };
        if let Some(key) = key {
            if self.kept.keys.iter().any(|known| known == key) {
                return Ok(Some(false));
            }
            self.kept.keys.push_back(key.to_owned());
            if self.kept.keys.len() > KEYS {
                self.kept.keys.pop_front();
            }
        }
        change(customer);
        if customer.notes.len() > NOTES {
            customer.notes.remove(0);
        }
        self.write()?;
        Ok(Some(true))
    }
}

/// Customers of the two documents, and one of each tier.
fn sample() -> BTreeMap<String, Customer> {
    let customers = [
        ("CRM-USER-123456789", "Nora", "Keller", "gold"),
        ("CRM-882910", "Zoë", "Doe", "silver"),
        ("CRM-987654", "Ana", "Pereira", "gold"),
        ("CRM-1", "Ida", "Lund", "basic"),
        ("CRM-2", "Omar", "Haddad", "silver"),
        ("CRM-3", "Mei", "Tanaka", "gold"),
    ];
    let customer = |(id, first, last, tier): (&str, &str, &str, &str)| Customer {
        id: id.to_owned(),
        first: first.to_owned(),
        last: last.to_owned(),
        tier: tier.to_owned(),
        notes: Vec::new(),
    };
    customers.map(customer).into_iter().map(|customer| (customer.id.clone(), customer)).collect()
}
