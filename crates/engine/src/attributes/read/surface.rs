//! The surfaces that take options, and the options that exist on each.

use waybill_model::Form;

use super::CallForm;

/// Where options come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Surface {
    Start(CallForm),
    Context(CallForm),
    Webchat,
}

pub(super) const CUSTOM_DATA: &str = "customData";
pub(super) const ATTRIBUTES: &str = "attributes";
pub(super) const CUSTOMER: &str = "customer";
pub(super) const MESSAGE: &str = "message";
pub(super) const START_NEW: &str = "startNew";
pub(super) const ROUTING: &str = "routing";
pub(super) const DEPLOYMENT_ID: &str = "deploymentId";
pub(super) const CUSTOMER_ID: &str = "customerId";
/// Verified before anybody reads context.
pub(super) const IDENTITY_TOKEN: &str = "identityToken";
pub(super) const MESSAGING: &str = "messaging";
pub(super) const CUSTOM_ATTRIBUTES: &str = "customAttributes";

impl Surface {
    /// The options that exist, in the order of likelihood.
    pub(super) fn known(self) -> &'static [&'static str] {
        match self {
            Self::Start(CallForm::Command) => &[CUSTOM_DATA, ATTRIBUTES, CUSTOMER, MESSAGE, START_NEW, MESSAGING],
            Self::Start(_) => &[CUSTOM_DATA, ATTRIBUTES, CUSTOMER, MESSAGE, START_NEW],
            Self::Context(CallForm::Command) => &[CUSTOM_DATA, ATTRIBUTES, CUSTOMER, MESSAGING],
            Self::Context(_) => &[CUSTOM_DATA, ATTRIBUTES, CUSTOMER],
            Self::Webchat => {
                &[CUSTOM_DATA, ATTRIBUTES, CUSTOMER, MESSAGE, ROUTING, DEPLOYMENT_ID, CUSTOMER_ID, IDENTITY_TOKEN]
            }
        }
    }

    pub(super) const fn is_flat(self) -> bool {
        matches!(self, Self::Start(CallForm::FlatOptions) | Self::Context(CallForm::FlatOptions))
    }

    /// The receipt's word for a container of this call.
    pub(super) const fn form(self, in_start: Form) -> Form {
        match self {
            Self::Start(_) => in_start,
            Self::Context(_) => Form::SetContext,
            Self::Webchat => Form::RestWebchat,
        }
    }

    /// The receipt's word for what stands beside the containers.
    pub(super) const fn own_form(self) -> Form {
        self.form(match self {
            Self::Start(CallForm::GenericAttributes) | Self::Context(CallForm::GenericAttributes) => {
                Form::AttributesCustom
            }
            Self::Start(CallForm::FlatOptions) | Self::Context(CallForm::FlatOptions) => Form::FlatOptions,
            Self::Start(CallForm::WebMessagingClient | CallForm::Command)
            | Self::Context(CallForm::WebMessagingClient | CallForm::Command)
            | Self::Webchat => Form::CustomData,
        })
    }
}
