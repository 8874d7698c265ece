//! The field's templates in ours: what stands there is a reference or one of two macros. Ours escape by themselves.

use crate::attributes::is_regular;

/// What to do about a template that can't be translated.
pub(super) const REMEDY: &str =
    "write references such as `${input.id}`, `$esc.jsonString(${input.id})` and `$esc.url(${input.id})` alone";

/// What references can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// The input and credentials.
    Input,
    /// What the translation map has found, beside them.
    Output,
}

/// The macros, whose work our templates do by themselves.
const MACROS: [&str; 5] =
    ["$esc.jsonString(", "$esc.jsonEncode(", "$esc.url(", "$successTemplateUtils.firstFromArray(", "$esc.quote"];

/// Translates a template.
pub(super) fn translate(text: &str, scope: Scope) -> Result<String, String> {
    if text.contains("{{") {
        return Err("`{{` is no part of such a template".to_owned());
    }
    let mut made = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(['$', '#']) {
        made.push_str(&rest[..start]);
        rest = &rest[start..];
        if let Some(after) = rest.strip_prefix('#') {
            let word: String = after.chars().take_while(char::is_ascii_alphabetic).collect();
            if matches!(word.as_str(), "if" | "else" | "elseif" | "end" | "set" | "foreach" | "macro") {
                return Err(format!("the directive `#{word}` is not known"));
            }
            made.push('#');
            rest = after;
            continue;
        }
        let (placeholder, after) = reference(rest, scope)?;
        made.push_str(&placeholder);
        rest = after;
    }
    made.push_str(rest);
    Ok(made)
}

/// Reads what begins with `$`; returns its translation and what comes after it.
fn reference(text: &str, scope: Scope) -> Result<(String, &str), String> {
    // `${successTemplateUtils.…}` has its macro inside of braces.
    if let Some(inner) = text.strip_prefix("${successTemplateUtils.firstFromArray(") {
        let (argument, after) = inner.split_once(")}").ok_or("a macro is not closed")?;
        return Ok((first_of(argument, scope)?, after));
    }
    if let Some(name) = MACROS.iter().find(|name| text.starts_with(**name)) {
        let inner = &text[name.len()..];
        let Some(without) = name.strip_suffix('(') else { return Ok(("\"".to_owned(), inner)) };
        let (argument, after) = inner.split_once(')').ok_or("a macro is not closed")?;
        if without.ends_with("firstFromArray") {
            return Ok((first_of(argument, scope)?, after));
        }
        let (placeholder, left) = reference(argument.trim().trim_matches('"'), scope)?;
        if !left.is_empty() {
            return Err(format!("`{without}` takes one reference"));
        }
        return Ok((placeholder, after));
    }
    let after = text.strip_prefix('$').unwrap_or(text);
    let after = after.strip_prefix('!').unwrap_or(after);
    let (path, after) = match after.strip_prefix('{') {
        Some(inner) => inner.split_once('}').ok_or("a reference is not closed")?,
        None => {
            let end = after.find(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.')));
            let (path, after) = after.split_at(end.unwrap_or(after.len()));
            // A sentence may end behind a reference.
            let name = path.trim_end_matches('.');
            (name, &text[text.len() - after.len() - (path.len() - name.len())..])
        }
    };
    if path.is_empty() {
        return Ok(("$".to_owned(), after));
    }
    Ok((format!("{{{{ {} }}}}", name(path.trim(), scope)?), after))
}

/// The first of a list, as the field's helper finds it.
fn first_of(argument: &str, scope: Scope) -> Result<String, String> {
    let first = argument.split(',').next().unwrap_or(argument);
    let (placeholder, _) = reference(first.trim().trim_matches('"'), scope)?;
    let inner = placeholder.trim_start_matches("{{ ").trim_end_matches(" }}");
    Ok(format!("{{{{ {inner}[0] | default(none) }}}}"))
}

/// The name in our language of a path in theirs.
fn name(path: &str, scope: Scope) -> Result<String, String> {
    let mut parts = path.split('.');
    let root = parts.next().unwrap_or(path);
    let rest: Vec<&str> = parts.collect();
    let mut name = match (root, scope) {
        ("input", _) if rest == ["rawRequest"] => return Ok("input".to_owned()),
        ("input", _) => "input".to_owned(),
        ("rawResult", Scope::Output) => "rawResult".to_owned(),
        ("credentials", Scope::Input) => "secret".to_owned(),
        ("authResponse", _) => return Err("`authResponse` is not known: give the data action a credential".to_owned()),
        (_, Scope::Output) => format!("output{}", member(root)),
        (_, Scope::Input) => return Err(format!("`{root}` is not known: references begin with `input`")),
    };
    for part in rest {
        name.push_str(&member(part));
    }
    Ok(name)
}

fn member(part: &str) -> String {
    if is_regular(part) { format!(".{part}") } else { format!("[{}]", serde_json::Value::from(part)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flow19_templates_of_the_field_are_translated() {
        for (theirs, ours) in [
            ("https://crm.example/c/${input.id}", "https://crm.example/c/{{ input.id }}"),
            ("/c/$input.id/x", "/c/{{ input.id }}/x"),
            ("Hello $input.name.", "Hello {{ input.name }}."),
            ("$!{input.a.b}", "{{ input.a.b }}"),
            ("${input.odd-key}", "{{ input[\"odd-key\"] }}"),
            ("\"$esc.jsonString(${input.id})\"", "\"{{ input.id }}\""),
            ("?q=$esc.url($input.q)&n=1", "?q={{ input.q }}&n=1"),
            ("${input.rawRequest}", "{{ input }}"),
            ("Bearer ${credentials.token}", "Bearer {{ secret.token }}"),
            ("costs 5$ #1", "costs 5$ #1"),
        ] {
            assert_eq!(translate(theirs, Scope::Input).as_deref(), Ok(ours), "{theirs}");
        }
        for (theirs, ours) in [
            ("{\"id\": ${id}}", "{\"id\": {{ output.id }}}"),
            ("${rawResult}", "{{ rawResult }}"),
            ("${successTemplateUtils.firstFromArray(\"${ids}\")}", "{{ output.ids[0] | default(none) }}"),
        ] {
            assert_eq!(translate(theirs, Scope::Output).as_deref(), Ok(ours), "{theirs}");
        }
    }

    #[test]
    fn flow19_what_is_more_than_a_reference_is_refused() {
        for text in
            ["#if($input.a)x#end", "${input.a", "$esc.url(${input.a}", "${other.a}", "{{ x }}", "${authResponse.t}"]
        {
            assert!(translate(text, Scope::Input).is_err(), "{text}");
        }
    }
}
