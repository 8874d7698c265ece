//! Puts admitted values where they belong: trust, deletes, quarantine, history (CTX7, P5).

use waybill_model::{
    Attribute, AttributeChange, Context, Customer, Form, Quarantined, ReceiptEntry, Rule, Scalar, Trust, Verdict,
};

use super::{
    admission::Write,
    fault::{Fault, type_word},
    handed::CustomerField,
    judge::{Judged, Target},
    numbers, receipts,
};

/// The state that one write makes, key by key.
pub(super) struct Merge<'a> {
    write: &'a Write<'a>,
    pub(super) context: Context,
    pub(super) customer: Customer,
    pub(super) changes: Vec<AttributeChange>,
    pub(super) quarantined: Vec<(String, Quarantined)>,
    /// Names that this write has put into quarantine, new or not.
    set_aside: Vec<String>,
}

/// Whether two values are the same: text byte for byte, numbers by decimal value.
pub(super) fn same_value(one: &Scalar, other: &Scalar) -> bool {
    match (one, other) {
        (Scalar::Number(one), Scalar::Number(other)) => numbers::same(one, other),
        (_, _) => one == other,
    }
}

impl<'a> Merge<'a> {
    pub(super) fn onto(write: &'a Write<'a>) -> Self {
        Self {
            write,
            context: write.standing.clone(),
            customer: write.customer.clone(),
            changes: Vec::new(),
            quarantined: Vec::new(),
            set_aside: Vec::new(),
        }
    }

    /// Stores one key, unless a value of higher trust stands there.
    pub(super) fn store(&mut self, judged: &Judged<'_>, value: &Scalar, forms: Vec<Form>) -> ReceiptEntry {
        let mut entry = receipts::judged_entry(judged, Verdict::Stored, judged.trust(self.write));
        entry.coerced = judged.coerced.map(|scalar_type| type_word(scalar_type).to_owned());
        match judged.target {
            Target::Attribute(key) => self.store_attribute(key, judged, value, forms, &mut entry),
            Target::Customer(field) => self.store_customer(field, judged, value, &mut entry),
            Target::Nowhere => {}
        }
        entry
    }

    fn store_attribute(
        &mut self,
        key: &str,
        judged: &Judged<'_>,
        value: &Scalar,
        forms: Vec<Form>,
        entry: &mut ReceiptEntry,
    ) {
        if key != judged.given.key {
            entry.stored_as = Some(key.to_owned());
        }
        let deletes = value.is_null() && !self.write.at_start;
        let standing = self.context.stored.get(key);
        let Some(standing) = standing else {
            if deletes {
                entry.reason = Some("There was nothing to delete.".to_owned());
            } else {
                self.put(key, judged, value, forms, None);
            }
            return;
        };
        let is_same = same_value(&standing.value, value) && !deletes;
        let (trust, standing_trust) = (judged.trust(self.write), standing.trust);
        if is_same && trust.rank() <= standing_trust.rank() {
            entry.trust = standing_trust;
            return;
        }
        let correction = match self.write.correction {
            Some(reason) if trust.rank() < standing_trust.rank() => Some(reason.to_owned()),
            None if trust.rank() < standing_trust.rank() => {
                (entry.verdict, entry.stored_as, entry.coerced) = (Verdict::Refused, None, None);
                receipts::explain(entry, &Fault::lower_trust(trust, standing_trust));
                self.context.refused.insert(key.to_owned(), entry.clone());
                return;
            }
            Some(_) | None => None,
        };
        if correction.is_some() {
            entry.reason = Some(format!("A value of the trust `{}` was corrected.", standing_trust.as_str()));
        }
        if deletes {
            entry.reason = Some("Null deletes: the key is gone, its history stays.".to_owned());
            self.delete(key, correction);
        } else {
            self.put(key, judged, value, forms, correction);
        }
    }

    fn put(&mut self, key: &str, judged: &Judged<'_>, value: &Scalar, forms: Vec<Form>, reason: Option<String>) {
        let attribute = Attribute {
            value: value.clone(),
            trust: judged.trust(self.write),
            forms,
            sent_as: judged.given.key.clone(),
            declared: judged.declared.is_some(),
            coerced: judged.coerced.is_some(),
            revision: self.next_revision(),
            at: self.write.at,
            by: self.write.by.clone(),
            late: self.write.late,
        };
        let old = self.context.stored.insert(key.to_owned(), attribute.clone()).map(|old| old.value);
        self.changes.push(AttributeChange { key: key.to_owned(), old, new: Some(attribute), reason, erased: None });
        self.context.deleted.remove(key);
        self.context.erased.remove(key);
        self.context.refused.remove(key);
        // What was set aside under its names is answered by the value that stands here now; the log keeps both.
        let aliases = judged.declared.map_or(&[][..], |attribute| &attribute.aliases[..]);
        for name in aliases.iter().map(String::as_str).chain([key, judged.given.key.as_str()]) {
            if !self.set_aside.iter().any(|aside| aside == name) {
                self.context.quarantined.remove(name);
            }
        }
    }

    fn delete(&mut self, key: &str, reason: Option<String>) {
        if let Some(old) = self.context.stored.remove(key) {
            let old = Some(old.value);
            self.changes.push(AttributeChange { key: key.to_owned(), old, new: None, reason, erased: None });
            self.context.deleted.insert(key.to_owned(), self.next_revision());
        }
    }

    /// Deletes what this write does not name (LOG3), but for values of higher trust.
    pub(super) fn delete_all_but(&mut self, given: &[&str]) {
        let goes = |key: &str, attribute: &Attribute| {
            !given.contains(&key) && attribute.trust.rank() <= self.write.trust.rank()
        };
        let stored = self.context.stored.iter();
        let gone: Vec<String> = stored.filter(|(key, old)| goes(key, old)).map(|(key, _)| key.clone()).collect();
        for key in gone {
            self.delete(&key, None);
        }
    }

    /// Stores one field of the customer, unless one of higher trust stands there (CTX7, CTX8).
    fn store_customer(&mut self, field: CustomerField, judged: &Judged<'_>, value: &Scalar, entry: &mut ReceiptEntry) {
        let name = field.as_str();
        let trust = judged.trust(self.write);
        let standing_trust = self.customer.trust.get(name).copied().unwrap_or(Trust::Page);
        let standing = match field {
            CustomerField::Id => &mut self.customer.id,
            CustomerField::Name => &mut self.customer.name,
            CustomerField::Email => &mut self.customer.email,
        };
        let text = value.to_text().map(std::borrow::Cow::into_owned);
        if *standing == text && trust.rank() <= standing_trust.rank() {
            entry.trust = standing_trust;
            return;
        }
        if standing.is_some() && trust.rank() < standing_trust.rank() {
            (entry.verdict, entry.stored_as, entry.coerced) = (Verdict::Refused, None, None);
            receipts::explain(entry, &Fault::lower_trust(trust, standing_trust));
            self.context.refused.insert(format!("customer.{name}"), entry.clone());
            return;
        }
        let is_there = text.is_some();
        *standing = text;
        if is_there && trust != Trust::Page {
            self.customer.trust.insert(name.to_owned(), trust);
        } else {
            self.customer.trust.remove(name);
        }
    }

    /// Sets one key aside under the name or path under which it was sent.
    pub(super) fn quarantine(&mut self, judged: &Judged<'_>, rule: Rule) -> ReceiptEntry {
        let mut entry = receipts::judged_entry(judged, Verdict::Quarantined, judged.trust(self.write));
        let sent = match judged.target {
            Target::Customer(field) => format!("customer.{}", field.as_str()),
            Target::Attribute(_) | Target::Nowhere => judged.given.key.clone(),
        };
        let mut name = sent.clone();
        let mut number = 1;
        while self.set_aside.contains(&name) {
            number += 1;
            name = format!("{sent} ({number})");
        }
        if name != sent {
            entry.stored_as = Some(name.clone());
        }
        let quarantined = Quarantined {
            json: judged.given.json.clone(),
            form: judged.given.form,
            rule,
            revision: self.write.revision,
            at: self.write.at,
        };
        self.set_aside.push(name.clone());
        // The same again, by whichever way, is nothing new: guest clients repeat their map on every message.
        let stands = self.context.quarantined.get(&name);
        let stands = stands.is_some_and(|standing| standing.json == quarantined.json && standing.rule == rule);
        if !stands {
            self.context.quarantined.insert(name.clone(), quarantined.clone());
            self.quarantined.push((name, quarantined));
        }
        entry
    }

    /// Refuses one key while the rest applies: a name that can be kept nowhere.
    pub(super) fn refuse(&mut self, judged: &Judged<'_>) -> ReceiptEntry {
        let entry = receipts::judged_entry(judged, Verdict::Refused, judged.trust(self.write));
        self.context.refused.insert(judged.given.key.clone(), entry.clone());
        entry
    }

    /// The revision is known when every key has had its turn.
    pub(super) fn date_quarantine(&mut self, revision: u64) {
        for (name, quarantined) in &mut self.quarantined {
            quarantined.revision = revision;
            self.context.quarantined.insert(name.clone(), quarantined.clone());
        }
    }

    pub(super) fn next_revision(&self) -> u64 {
        self.write.revision + 1
    }
}
