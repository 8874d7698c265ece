//! Names of keys: which are regular, what an irregular one should be called, and which known name is meant.

/// The longest name of a key in bytes.
pub(super) const MAX_NAME_BYTES: usize = 128;
/// Longer names are not compared with known ones: nobody mistypes them by a letter.
const MAX_COMPARED_BYTES: usize = 64;
/// Letters of other scripts, and the Latin ones that they look like.
const LOOK_ALIKES: [(&str, &str); 2] = [
    // Cyrillic
    ("авсԁеһіјкмнорԛѕтухԝАВСЕНІЈКМОРЅТХУ", "abcdehijkmhopqstyxwABCEHIJKMOPSTXY"),
    // Greek
    ("αικνορτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aiknoptuxABEZHIKMNOPTYX"),
];

/// Whether a name is `[A-Za-z_][A-Za-z0-9_]*`, so that a flow can write it with a dot.
pub(crate) fn is_regular(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Names that no map can safely hold.
pub(super) fn is_reserved(name: &str) -> bool {
    name.is_empty() || name == "__proto__"
}

/// A regular name for an irregular one: `crm-customer-id` → `crmCustomerId`; `None` where no letter is left.
pub(super) fn regular_form(name: &str) -> Option<String> {
    let mut regular = String::with_capacity(name.len().min(MAX_NAME_BYTES));
    let mut capital = false;
    for letter in name.chars().filter_map(look_alike).take(MAX_NAME_BYTES) {
        if !(letter.is_ascii_alphanumeric() || letter == '_') {
            capital = !regular.is_empty();
        } else if std::mem::take(&mut capital) {
            regular.push(letter.to_ascii_uppercase());
        } else {
            regular.push(letter);
        }
    }
    if regular.starts_with(|first: char| first.is_ascii_digit()) {
        regular.insert(0, '_');
    }
    is_regular(&regular).then_some(regular)
}

/// What is left of a name when case, separators and look-alike letters do not count.
pub(super) fn folded(name: &str) -> String {
    name.chars()
        .filter_map(look_alike)
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}

/// How many typing mistakes apart two folded names are; `None` when that is more than one, or two in a long name.
pub(super) fn distance(one: &str, other: &str) -> Option<usize> {
    if one.is_empty() || one.len() > MAX_COMPARED_BYTES {
        return None;
    }
    if one == other {
        return Some(0);
    }
    let shorter = one.len().min(other.len());
    let allowed = if shorter < 4 { 0 } else { 1 + usize::from(shorter >= 8) };
    if one.len().abs_diff(other.len()) > allowed || letters(one, other) > allowed {
        return None;
    }
    Some(strsim::osa_distance(one, other)).filter(|distance| *distance <= allowed)
}

/// The known name that is meant by another one.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = folded(name);
    let near = known.into_iter().filter_map(|known| Some((distance(&name, &folded(known))?, known)));
    near.min_by_key(|(distance, _)| *distance).map(|(_, known)| known)
}

/// Half of the letters that only one of two names has, rounded up: never more than the mistakes between them.
fn letters(one: &str, other: &str) -> usize {
    let set = |name: &str| name.bytes().fold(0_u64, |set, byte| set | 1 << (byte & 0x3f));
    (set(one) ^ set(other)).count_ones().div_ceil(2) as usize
}

/// A name for sentences: short, without control characters.
pub(crate) fn shown(name: &str) -> String {
    let mut shown: String =
        name.chars().take(MAX_NAME_BYTES).map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect();
    if shown.len() < name.len() && name.chars().nth(MAX_NAME_BYTES).is_some() {
        shown.push('…');
    }
    shown
}

/// The Latin letter or digit that a letter looks like; invisible ones are nothing at all.
fn look_alike(letter: char) -> Option<char> {
    if letter.is_ascii() {
        return Some(letter);
    }
    if matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}') {
        return None;
    }
    // Full-width forms stand in the order of ASCII.
    if let '\u{ff01}'..='\u{ff5e}' = letter {
        return char::from_u32(letter as u32 - 0xff01 + 0x21);
    }
    let found = LOOK_ALIKES.iter().find_map(|(foreign, latin)| {
        foreign.chars().zip(latin.chars()).find_map(|(foreign, latin)| (foreign == letter).then_some(latin))
    });
    Some(found.unwrap_or(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ctx1_regular_names_are_ascii_words() {
        for regular in ["a", "_", "crmCustomerId", "crm_customer_id", "_1", "constructor", "__proto__"] {
            assert!(is_regular(regular), "{regular}");
        }
        for irregular in ["", "1a", "a-b", "a.b", "a b", "сrm", "é", "a\u{200b}"] {
            assert!(!is_regular(irregular), "{irregular}");
        }
    }

    #[test]
    fn ctx1_an_irregular_name_gets_a_regular_one() {
        for (name, expected) in [
            ("crm-customer-id", Some("crmCustomerId")),
            ("crm.id", Some("crmId")),
            ("crm id", Some("crmId")),
            ("-a", Some("a")),
            ("1st", Some("_1st")),
            ("\u{441}rmCustomerId", Some("crmCustomerId")),
            ("ｃｒｍ", Some("crm")),
            ("crm\u{200b}Id", Some("crmId")),
            ("💡", None),
            ("", None),
        ] {
            assert_eq!(regular_form(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn l12_misspelt_names_are_recognized_and_others_are_not() {
        let known = ["customData", "attributes", "message", "customer", "startNew"];
        for (name, expected) in [
            ("cusomData", Some("customData")),
            ("customdata", Some("customData")),
            ("custom_data", Some("customData")),
            ("customeData", Some("customData")),
            ("Attributes", Some("attributes")),
            ("mesage", Some("message")),
            ("data", None),
            ("source", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, known), expected, "{name}");
        }
        assert_eq!((distance("id", "it"), distance("campaignid", "customerid")), (None, None));
        assert_eq!((distance("crmid", "crmdi"), distance("customerid", "custmerjd")), (Some(1), Some(2)));
    }

    #[test]
    fn ctx1_every_look_alike_stands_for_one_letter() {
        for (foreign, latin) in LOOK_ALIKES {
            assert_eq!(foreign.chars().count(), latin.len());
            assert!(foreign.chars().all(|letter| !letter.is_ascii()) && latin.is_ascii());
        }
    }

    #[test]
    fn l12_names_in_sentences_are_short_and_clean() {
        assert_eq!(shown("a\u{0}b"), "a\u{fffd}b");
        assert_eq!(shown(&"ä".repeat(200)).chars().count(), MAX_NAME_BYTES + 1);
        assert_eq!(shown(&"ä".repeat(128)), "ä".repeat(128));
    }
}
