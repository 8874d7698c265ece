//! What is said about options, containers and members that do not exist or are of the wrong type (L12).

use waybill_model::Rule;

use super::{
    super::{
        fault::{Fault, Severity},
        names,
        policy::CompiledPolicy,
        raw::{Kind, Member},
    },
    surface::{ATTRIBUTES, CUSTOM_DATA, Surface},
};

/// An option that does not exist.
pub(super) fn option(surface: Surface, member: &Member<'_>) -> Fault {
    let name = names::shown(&member.key);
    let reason = format!("There is no option `{name}`.");
    let near = names::nearest(&member.key, surface.known().iter().copied());
    let remedy = match (near, Kind::of(member.json)) {
        (Some(near), _) => format!("Did you mean `{near}`?"),
        (None, Kind::Object | Kind::Array) => format!("Put keys and values into `{CUSTOM_DATA}`."),
        (None, Kind::Null | Kind::Bool | Kind::Number | Kind::Text) => format!("Did you mean `{CUSTOM_DATA}.{name}`?"),
    };
    Fault::unknown_option(reason, remedy)
}

/// A namespace of `attributes` that nobody maps, or a value that stands beside the namespaces.
pub(super) fn namespace(policy: &CompiledPolicy, namespace: &Member<'_>) -> Fault {
    let containers = &policy.policy().containers;
    let name = names::shown(&namespace.key);
    if Kind::of(namespace.json) != Kind::Object {
        let home = containers.keys().find(|name| *name == "custom").or(containers.keys().next());
        let home = home.map_or_else(|| CUSTOM_DATA.to_owned(), |home| format!("{ATTRIBUTES}.{}", names::shown(home)));
        return Fault::unknown_option(
            format!("`{ATTRIBUTES}.{name}` stands outside of a namespace; only values inside of one are read."),
            format!("Did you mean `{home}.{name}`?"),
        );
    }
    let remedy = match names::nearest(&namespace.key, containers.keys().map(String::as_str)) {
        Some(near) => format!("Did you mean `{ATTRIBUTES}.{}`?", names::shown(near)),
        None if containers.contains_key("custom") => {
            format!("Use `{ATTRIBUTES}.custom` or `{CUSTOM_DATA}`, or map the namespace in the deployment.")
        }
        None => format!("Use `{CUSTOM_DATA}`, or map the namespace in the deployment."),
    };
    Fault::unknown_option(format!("The deployment does not map the namespace `{ATTRIBUTES}.{name}`."), remedy)
}

/// A member that a container of fixed members does not have.
pub(super) fn member(path: &str, container: &str, name: &str, known: &[&str]) -> Fault {
    let remedy = match names::nearest(name, known.iter().copied()) {
        Some(near) => format!("Did you mean `{container}.{near}`?"),
        None => format!("`{container}` has {}; other values belong into `{CUSTOM_DATA}`.", known.join(", ")),
    };
    Fault::unknown_option(format!("There is no `{}`.", names::shown(path)), remedy)
}

/// An option that exists, with a value that it can't have.
pub(super) fn wrong_type(option: &str, kind: Kind, wanted: &str) -> Fault {
    let reason = format!("`{option}` is {}; it has to be {wanted}.", kind.article());
    Fault::new(Rule::WrongType, Severity::Malformed, reason, "Correct the option, or leave it out.")
}
