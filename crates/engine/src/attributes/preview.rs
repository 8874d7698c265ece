//! A change of a policy before it is published: what it would have made of the starts that were.

use std::collections::BTreeMap;

use waybill_model::{
    Actor, Context, Conversation, ConversationId, Customer, Form, Receipt, Rule, Time, Trust, Verdict,
    policy::VENDOR_MAX_BYTES,
};

use super::{
    admission::{Write, admit},
    handed::{Given, Place},
    policy::CompiledPolicy,
    recall::{Recalled, recall},
};

/// Keys of one preview; what is beyond is counted.
const KEYS: usize = 200;
/// Conversations named per key, and for whole starts.
const EXAMPLES: usize = 5;

/// A start in the past.
#[derive(Debug, Clone, Copy)]
pub struct PastStart<'a> {
    /// The conversation as it began.
    pub conversation: &'a Conversation,
    /// The receipt of the start.
    pub receipt: &'a Receipt,
}

/// What became of a key, counted by start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Stored, coerced or not.
    pub stored: u64,
    /// Stored after a lossless coercion.
    pub coerced: u64,
    /// Kept apart.
    pub quarantined: u64,
    /// At fault: refused, and the start with it.
    pub refused: u64,
    /// Not at fault, but refused with the whole start.
    pub refused_with_start: u64,
    /// Required and not there.
    pub missing: u64,
}

/// One key under the present policy and under the proposed one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyPreview {
    /// The key by its name under the proposed policy.
    pub key: String,
    /// Whether the proposed policy declares it.
    pub declared: bool,
    /// Now.
    pub present: Tally,
    /// Then.
    pub proposed: Tally,
    /// Why the proposed policy quarantines or refuses it, and how often.
    pub rules: BTreeMap<Rule, u64>,
    /// Starts in which the key would fare otherwise.
    pub changed: u64,
    /// Some of them.
    pub examples: Vec<ConversationId>,
}

/// Whole starts under both policies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preview {
    /// Starts that were judged again.
    pub starts: u64,
    /// Of these, starts of which some values are not kept, so that they were judged without them.
    pub incomplete: u64,
    /// Starts that the present policy would refuse.
    pub refused_now: u64,
    /// Starts that the proposed policy would refuse.
    pub refused_then: u64,
    /// Starts that only the proposed policy would refuse: some of them.
    pub refused_examples: Vec<ConversationId>,
    /// By key.
    pub keys: Vec<KeyPreview>,
    /// Keys beyond the first 200.
    pub more_keys: u64,
}

/// What one start's judgement says of one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fate {
    verdict: Verdict,
    coerced: bool,
    rule: Option<Rule>,
    missing: bool,
}

type Fates = Vec<(String, Fate)>;

/// Judges past starts under both policies.
#[must_use]
pub fn preview<'a>(
    present: &CompiledPolicy,
    proposed: &CompiledPolicy,
    starts: impl IntoIterator<Item = PastStart<'a>>,
) -> Preview {
    let mut preview = Preview::default();
    let mut keys: BTreeMap<String, KeyPreview> = BTreeMap::new();
    let mut more: std::collections::BTreeSet<String> = std::collections::BTreeSet::new();
    for start in starts {
        let id = start.conversation.id;
        let (now, was_refused, lost) = fates(start, present, present, proposed);
        let (then, is_refused, lost_too) = fates(start, present, proposed, proposed);
        preview.starts += 1;
        preview.incomplete += u64::from(lost || lost_too);
        preview.refused_now += u64::from(was_refused);
        preview.refused_then += u64::from(is_refused);
        if is_refused && !was_refused && preview.refused_examples.len() < EXAMPLES {
            preview.refused_examples.push(id);
        }
        let mut names: Vec<&String> = now.iter().chain(&then).map(|(name, _)| name).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            if keys.len() >= KEYS && !keys.contains_key(name) {
                more.insert(name.clone());
                continue;
            }
            let row = keys.entry(name.clone()).or_insert_with(|| KeyPreview {
                key: name.clone(),
                declared: proposed.declared(name).is_some(),
                ..KeyPreview::default()
            });
            let of = |fates: &Fates| fates.iter().filter(|(one, _)| one == name).map(|(_, fate)| *fate).collect();
            let (before, after): (Vec<Fate>, Vec<Fate>) = (of(&now), of(&then));
            before.iter().for_each(|fate| row.present.count(*fate));
            for fate in &after {
                row.proposed.count(*fate);
                if let (Verdict::Quarantined | Verdict::Refused, Some(rule)) = (fate.verdict, fate.rule) {
                    *row.rules.entry(rule).or_default() += 1;
                }
            }
            if before != after {
                row.changed += 1;
                if row.examples.len() < EXAMPLES {
                    row.examples.push(id);
                }
            }
        }
    }
    preview.keys = keys.into_values().collect();
    preview.more_keys = more.len() as u64;
    preview
}

impl Tally {
    fn count(&mut self, fate: Fate) {
        if fate.missing {
            self.missing += 1;
            return;
        }
        match (fate.verdict, fate.rule) {
            (Verdict::Stored, _) => {
                self.stored += 1;
                self.coerced += u64::from(fate.coerced);
            }
            (Verdict::Quarantined, _) => self.quarantined += 1,
            (Verdict::Refused, Some(_)) => self.refused += 1,
            (Verdict::Refused, None) => self.refused_with_start += 1,
        }
    }
}

/// Judges one start under one policy; keys are named as `naming` knows them. Also says whether the start is refused, and
/// whether values of it are lost.
fn fates(
    start: PastStart<'_>,
    present: &CompiledPolicy,
    policy: &CompiledPolicy,
    naming: &CompiledPolicy,
) -> (Fates, bool, bool) {
    let Recalled { handed, lost } = recall(start.conversation, start.receipt, present, policy);
    let (standing, customer) = (Context::default(), Customer::default());
    let vendor = is_vendor_frame(start);
    let max_bytes = policy.policy().max_bytes;
    let write = Write {
        standing: &standing,
        customer: &customer,
        revision: 0,
        trust: Trust::Page,
        by: &Actor::Guest,
        // Nothing of it is kept that a time could be read from.
        at: Time::default(),
        late: false,
        at_start: true,
        replace: false,
        per_key: vendor,
        max_bytes: if vendor { max_bytes.max(VENDOR_MAX_BYTES) } else { max_bytes },
        correction: None,
    };
    let (receipt, refused) = match admit(policy, &handed, &write) {
        Ok(admission) => (admission.receipt, false),
        Err(refused) => (refused.receipt, true),
    };
    // One entry per key, in the order of the keys; after a refusal the missing keys follow.
    let mut fates: Fates = Vec::with_capacity(receipt.entries.len());
    for (given, entry) in handed.given.iter().zip(&receipt.entries) {
        let fate = Fate { verdict: entry.verdict, coerced: entry.coerced.is_some(), rule: entry.rule, missing: false };
        fates.push((name_of(given, naming), fate));
    }
    for key in &receipt.missing {
        let verdict = if refused { Verdict::Refused } else { Verdict::Stored };
        fates.push((key.clone(), Fate { verdict, coerced: false, rule: Some(Rule::Missing), missing: true }));
    }
    (fates, refused, !lost.is_empty())
}

fn name_of(given: &Given, naming: &CompiledPolicy) -> String {
    match given.place {
        Place::Customer(field) => format!("customer.{}", field.as_str()),
        Place::Misplaced(_) => given.key.clone(),
        Place::Attribute => naming.canonical(given.name()).to_owned(),
    }
}

/// Frames of vendor clients have other limits, and no room for a refusal (CTX2, CTX10).
fn is_vendor_frame(PastStart { conversation, receipt }: PastStart<'_>) -> bool {
    let mut forms = receipt.entries.iter().map(|entry| entry.form).filter(|form| *form != Form::Customer).peekable();
    forms.peek().is_some()
        && forms.all(|form| form == Form::GuestCustomAttributes)
        && conversation.source.api.as_deref() == Some("guest")
}
