//! Two answers to one question (CTX6): several keys of one call that write to the same place.

use waybill_model::{Form, Rule, Scalar};

use super::{
    admission::Write,
    fault::{Fault, Severity},
    judge::{Judged, Target},
    merge::same_value,
};

/// What a conflict does to the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Settlement {
    /// Every key of it is at fault.
    Report,
    /// The last one, which stands innermost, is taken, and said so: a conflict never stops a message (CTX10).
    TakeLast,
}

/// Finds keys that disagree, and says so on each of them.
pub(super) fn mark(judged: &mut [Judged<'_>], settlement: Settlement) {
    for first in 0..judged.len() {
        let group = group_of(judged, first);
        // Each group is looked at once, from its first member.
        if group.len() < 2 || group[0] != first || agree(judged, &group) {
            continue;
        }
        let places: Vec<(&str, Form)> =
            group.iter().map(|position| (judged[*position].given.key.as_str(), judged[*position].given.form)).collect();
        let fault = Fault::conflict(&places);
        let taken = match settlement {
            Settlement::Report => None,
            Settlement::TakeLast => group.iter().rev().find(|position| is_usable(&judged[**position])).copied(),
        };
        for position in group {
            if Some(position) == taken {
                let remedy = "The one that stands innermost was taken. Send one of them.".to_owned();
                judged[position].blame(Fault { severity: Severity::Note, remedy, ..fault.clone() });
            } else {
                judged[position].blame(fault.clone());
            }
        }
    }
}

/// The floor of a key is met in this call when somebody who is trusted enough hands the key over as well: what others say
/// of it is then measured by that value (CTX7), not by the floor.
pub(super) fn lift_floors(judged: &mut [Judged<'_>], write: &Write<'_>) {
    for position in 0..judged.len() {
        let one = &judged[position];
        if one.fault.as_ref().is_none_or(|fault| fault.rule != Rule::BelowTrustFloor) {
            continue;
        }
        let is_met = judged.iter().any(|other| {
            other.target == one.target && other.trust(write).rank() > one.trust(write).rank() && is_usable(other)
        });
        if is_met {
            judged[position].fault = None;
        }
    }
}

/// The positions of all keys that write to the same place as this one and are believed as much: who is believed less does
/// not disagree, but is refused (CTX7). Doubles in one object are another fault.
fn group_of(judged: &[Judged<'_>], first: usize) -> Vec<usize> {
    let (target, trust) = (judged[first].target, judged[first].given.trust);
    if target == Target::Nowhere || judged[first].given.twice {
        return Vec::new();
    }
    let is_in = |other: &Judged<'_>| other.target == target && other.given.trust == trust && !other.given.twice;
    (0..judged.len()).filter(|other| is_in(&judged[*other])).collect()
}

fn is_usable(judged: &Judged<'_>) -> bool {
    judged.value.is_some() && judged.severity() < Some(Severity::Misfit)
}

fn agree(judged: &[Judged<'_>], group: &[usize]) -> bool {
    let same = |one: &Judged<'_>, other: &Judged<'_>| match (&one.value, &other.value) {
        (Some(one), Some(other)) => same_value(one, other),
        (None, None) => one.given.json == other.given.json,
        (Some(_), None) | (None, Some(_)) => false,
    };
    group.windows(2).all(|pair| same(&judged[pair[0]], &judged[pair[1]]))
}

/// The keys that say the same as this one, itself included: their forms are the sources of one stored value.
pub(super) fn forms_of(judged: &[Judged<'_>], target: Target<'_>, value: &Scalar) -> Vec<Form> {
    let mut forms = Vec::new();
    for other in judged {
        let agrees = other.target == target && other.value.as_ref().is_some_and(|other| same_value(other, value));
        if agrees && is_usable(other) && !forms.contains(&other.given.form) {
            forms.push(other.given.form);
        }
    }
    forms
}
