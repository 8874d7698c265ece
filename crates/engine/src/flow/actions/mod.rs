//! What a flow can do: one file for each action, with its document, how it is compiled and what it does.

mod api_request;
mod ask;
mod data_action;
mod decision;
mod end;
mod reply;
mod schedule;
mod send_message;
mod set_attributes;
mod set_variable;
mod speech;
mod sub_flow;
mod switch;
mod transfer_to_flow;
mod transfer_to_queue;
mod wait;
mod wrap_up;

use schemars::JsonSchema;
use serde_json::Value;

use super::{
    Finding, Input,
    compiled::CompiledAction,
    compiler::Compiler,
    source::Source,
    turn::{Fault, Taken, Turn},
};
use crate::attributes::nearest;

pub(super) use reply::json;

/// Declares the document of an action: its own fields, and those that every action has.
macro_rules! document {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, serde::Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
            /// Where it goes on after a fault that has no way out of its own.
            pub error: Option<String>,
            /// What names stand for in this action where they have no value: variables, and what it sets.
            #[serde(default)]
            pub default: std::collections::BTreeMap<String, serde_json::Value>,
            /// What it is for.
            pub description: Option<String>,
        }
    };
}
use document;

/// Lists the actions.
macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident in $module:ident as $kind:literal ($document:ident);)*) => {
        /// An action as it is written: one of these, and the ways out of it.
        #[derive(Debug, Clone, JsonSchema)]
        #[schemars(untagged, rename = "Action")]
        pub enum WrittenAction {
            $($(#[$doc])* $name(Box<$module::$document>),)*
        }

        /// What an action does.
        #[derive(Debug, Clone)]
        pub(super) enum Does {
            $($(#[$doc])* $name(Box<$module::$name>),)*
        }

        /// The names of the actions.
        const KINDS: &[&str] = &[$($kind),*];

        fn read_kind(source: &Source, path: &str, kind: &str, value: &Value) -> Result<WrittenAction, Box<Finding>> {
            match kind {
                $($kind => Ok(WrittenAction::$name(Box::new(source.part(path, value)?))),)*
                unknown => unreachable!("`{unknown}` was found in the list of actions"),
            }
        }

        /// Compiles an action; `None` where that has left findings.
        pub(super) fn compile(action: WrittenAction, compiler: &mut Compiler<'_>) -> Option<CompiledAction> {
            match action {
                $(WrittenAction::$name(document) => {
                    compiler.way("error", document.error.clone());
                    let defaults = document.default.clone();
                    let does = $module::$name::compile(*document, compiler);
                    let does = Does::$name(Box::new(does?));
                    Some(CompiledAction {
                        kind: $kind,
                        place: compiler.at(""),
                        ways: std::mem::take(&mut compiler.ways),
                        defaults,
                        facts: std::mem::take(&mut compiler.facts),
                        does,
                    })
                })*
            }
        }

        impl Does {
            /// Begins.
            pub(super) fn enter<'a>(&self, turn: &mut Turn<'a>, action: &CompiledAction) -> Result<Taken<'a>, Fault> {
                match self {
                    $(Self::$name(does) => does.enter(turn, action),)*
                }
            }

            /// Goes on with what it waited for; `None` where that was something else.
            pub(super) fn resume<'a>(
                &self,
                turn: &mut Turn<'a>,
                action: &CompiledAction,
                input: &Input,
            ) -> Result<Option<Taken<'a>>, Fault> {
                match self {
                    $(Self::$name(does) => does.resume(turn, action, input),)*
                }
            }
        }
    };
}

/// What an action does.
trait Act {
    /// Begins.
    fn enter<'a>(&self, turn: &mut Turn<'a>, action: &CompiledAction) -> Result<Taken<'a>, Fault>;

    /// Goes on with what it waited for; `None` where that was something else.
    fn resume<'a>(&self, _: &mut Turn<'a>, _: &CompiledAction, _: &Input) -> Result<Option<Taken<'a>>, Fault> {
        Ok(None)
    }
}

actions! {
    /// Sets variables.
    SetVariable in set_variable as "setVariable" (SetVariableAction);
    /// Sets attributes of the customer.
    SetAttributes in set_attributes as "setAttributes" (SetAttributesAction);
    /// Says something.
    SendMessage in send_message as "sendMessage" (SendMessageAction);
    /// Asks something and waits for the answer.
    Ask in ask as "ask" (AskAction);
    /// Takes one of two ways.
    Decision in decision as "decision" (DecisionAction);
    /// Takes one of several ways.
    Switch in switch as "switch" (SwitchAction);
    /// Makes a request.
    ApiRequest in api_request as "apiRequest" (ApiRequestAction);
    /// Makes the request of a data action.
    DataAction in data_action as "dataAction" (DataActionAction);
    /// Looks at business hours.
    Schedule in schedule as "schedule" (ScheduleAction);
    /// Waits for a time.
    Wait in wait as "wait" (WaitAction);
    /// Runs another flow and comes back.
    SubFlow in sub_flow as "subFlow" (SubFlowAction);
    /// Lets the conversation wait for an agent.
    TransferToQueue in transfer_to_queue as "transferToQueue" (TransferToQueueAction);
    /// Lets another flow go on.
    TransferToFlow in transfer_to_flow as "transferToFlow" (TransferToFlowAction);
    /// Notes how it went.
    WrapUp in wrap_up as "wrapUp" (WrapUpAction);
    /// Ends the flow.
    End in end as "end" (EndAction);
}

/// Reads an action.
pub(super) fn read(source: &Source, path: &str, value: &Value) -> Result<WrittenAction, Box<Finding>> {
    let finding = |message: String, remedy: String| {
        Box::new(Finding { place: source.at(path), ..Finding::error("document", message, remedy) })
    };
    let Value::Object(members) = value else {
        return Err(finding("an action is a map".to_owned(), "write what it does and where it goes on".to_owned()));
    };
    let mut kinds = members.keys().filter(|name| KINDS.contains(&name.as_str()));
    match (kinds.next(), kinds.next()) {
        (Some(kind), None) => read_kind(source, path, kind, value),
        (Some(one), Some(other)) => {
            let message = format!("an action does one thing, this one does two: `{one}` and `{other}`");
            Err(finding(message, "make two actions of it".to_owned()))
        }
        (None, _) => {
            let near = members.keys().find_map(|name| Some((name, nearest(name, KINDS.iter().copied())?)));
            let (message, remedy) = match near {
                Some((name, meant)) => (format!("`{name}` is no action"), format!("did you mean `{meant}`?")),
                None => ("this does nothing".to_owned(), format!("take one of `{}`", KINDS.join("`, `"))),
            };
            Err(finding(message, remedy))
        }
    }
}
