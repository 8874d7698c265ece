//! Finds the tests whose names begin with rule ids.

use super::page::FAMILIES;

/// A test and the rules that it proves.
#[derive(Debug, PartialEq)]
pub(super) struct TestName {
    pub(super) path: String,
    pub(super) name: String,
    /// In upper case, as the pages write them.
    pub(super) ids: Vec<String>,
}

/// Functions with an attribute that makes them tests; in a conformance suite every function is one.
pub(super) fn in_rust(path: &str, text: &str) -> Vec<TestName> {
    let suite = path.contains("conformance");
    let mut tests = Vec::new();
    let mut attributed = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("//") {
            continue;
        }
        let (attributes, rest) = split_attributes(line);
        attributed |= attributes.contains("test");
        if let Some(name) = function_name(rest) {
            let ids = ids(name);
            if (attributed || suite) && !ids.is_empty() {
                tests.push(TestName { path: path.to_owned(), name: name.to_owned(), ids });
            }
            attributed = false;
        } else if !rest.is_empty() {
            attributed = false;
        }
    }
    tests
}

/// Calls `test("ctx1: …")`, `it(…)`, `describe(…)`, also `test.describe(…)`; the title may stand on the next line.
pub(super) fn in_script(path: &str, text: &str) -> Vec<TestName> {
    let mut tests = Vec::new();
    for call in ["test", "it", "describe"] {
        for (start, _) in text.match_indices(call) {
            let free = text[..start]
                .chars()
                .next_back()
                .is_none_or(|before| !before.is_alphanumeric() && !"_.".contains(before));
            if free && let Some(title) = title(&text[start + call.len()..]) {
                let ids = ids(title);
                if !ids.is_empty() {
                    tests.push(TestName { path: path.to_owned(), name: title.to_owned(), ids });
                }
            }
        }
    }
    tests
}

/// `#[test] fn a()` → (`#[test]`, `fn a()`).
fn split_attributes(line: &str) -> (&str, &str) {
    if !line.starts_with("#[") {
        return ("", line);
    }
    let end = line.rfind("] ").map_or(line.len(), |at| at + 2);
    // A line such as `#[test] fn a(x: [u8; 2]) {` has brackets after the name as well.
    let end = line.find("] fn ").or_else(|| line.find("] async fn ")).map_or(end, |at| at + 2);
    line.split_at(end)
}

fn function_name(line: &str) -> Option<&str> {
    let mut rest = line;
    for word in ["pub(crate) ", "pub(super) ", "pub ", "async "] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    let rest = rest.strip_prefix("fn ")?;
    let end = rest.find(|character: char| !character.is_alphanumeric() && character != '_')?;
    Some(&rest[..end])
}

/// The text of the first argument, when it is a string: `.only("…`, `("…`, `(\n  "…`.
fn title(after_call: &str) -> Option<&str> {
    let open = after_call.find('(')?;
    let modifiers = &after_call[..open];
    if !modifiers.chars().all(|character| character.is_alphanumeric() || character == '.') {
        return None;
    }
    let argument = after_call[open + 1..].trim_start();
    let quote = argument.chars().next().filter(|quote| "\"'`".contains(*quote))?;
    let text = &argument[1..];
    Some(&text[..text.find(quote)?])
}

/// The ids that a name begins with: `l10_ctx3_false_is_kept` → L10, CTX3.
fn ids(name: &str) -> Vec<String> {
    let mut ids = Vec::new();
    let mut rest = name;
    while let Some((id, after)) = first_id(rest) {
        ids.push(id);
        rest = after.trim_start_matches([' ', ',', '_', ':', '+', '/', '&']);
    }
    ids
}

fn first_id(text: &str) -> Option<(String, &str)> {
    let letters = text.find(|character: char| !character.is_ascii_alphabetic())?;
    let digits = text[letters..].find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len() - letters);
    let (id, after) = text.split_at(letters + digits);
    let family = id[..letters].to_ascii_uppercase();
    let ends = after.is_empty() || after.starts_with([' ', ',', '_', ':', '+', '/', '&', '-']);
    (digits > 0 && ends && FAMILIES.contains(&family.as_str())).then(|| (id.to_ascii_uppercase(), after))
}

#[cfg(test)]
mod tests {
    use super::{ids, in_rust, in_script};

    fn names(tests: &[super::TestName]) -> Vec<(&str, String)> {
        tests.iter().map(|test| (test.name.as_str(), test.ids.join(" "))).collect()
    }

    #[test]
    fn ids_stand_at_the_beginning_of_a_name() {
        let cases = [
            ("ctx3_an_empty_string", "CTX3"),
            ("l10_ctx3_false_is_kept", "L10 CTX3"),
            ("start2: a double click", "START2"),
            ("EDGE1, EDGE2 wrong org", "EDGE1 EDGE2"),
            ("p2", "P2"),
            ("p_2", ""),
            ("p95ths", ""),
            ("plain_name", ""),
            ("checks_ctx3", ""),
            ("sha256_is_stable", ""),
            ("", ""),
        ];
        for (name, expected) in cases {
            assert_eq!(ids(name).join(" "), expected, "{name}");
        }
    }

    #[test]
    fn rust_tests_count_and_other_functions_do_not() {
        let text = "#[test]\nfn ctx1_a() {}\n#[tokio::test(flavor = \"multi_thread\")]\n// why\nasync fn start1_b() {}\n\
            #[test] fn log3_c(x: [u8; 2]) {}\nfn p9_helper() {}\n// #[test]\nfn p8_not() {}\n\
            proptest! {\n    #[test]\n    fn p1_keys_in(map in any_map()) {\n}\n";
        let tests = in_rust("crates/a/src/lib.rs", text);
        let expected = [("ctx1_a", "CTX1"), ("start1_b", "START1"), ("log3_c", "LOG3"), ("p1_keys_in", "P1")];
        assert_eq!(names(&tests), expected.map(|(name, ids)| (name, ids.to_owned())));
    }

    #[test]
    fn a_conformance_suite_is_made_of_tests() {
        let text = "pub async fn log2_in_order(store: &dyn Store) {}\n";
        assert_eq!(in_rust("crates/store/src/conformance/order.rs", text).len(), 1);
        assert_eq!(in_rust("crates/store/src/order.rs", text).len(), 0);
    }

    #[test]
    fn titles_of_script_tests_count() {
        let text = "test('ctx1: whole', async () => {});\n  it(\n    \"start2 twice\", f);\ntest.describe(`edge4_origins`, f);\n\
            await edit('p1: no');\ntest.use({ a: 'p2: no' });\n/re/.test('p3: no');\ntest('plain', f);\n// permit('l1')\n";
        let tests = in_script("web/e2e/a.spec.ts", text);
        let expected = [("ctx1: whole", "CTX1"), ("edge4_origins", "EDGE4"), ("start2 twice", "START2")];
        assert_eq!(names(&tests), expected.map(|(name, ids)| (name, ids.to_owned())));
    }
}
