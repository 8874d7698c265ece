//! Data actions and credentials.

use serde_json::Value;
use waybill_model as model;
use waybill_protocol::rest::integration::{Credential, DataAction, TestExecutionOperation, TestExecutionResult};
use waybill_service::{ActionEdition, Operation, TriedAction, Versioned};

/// One edition of a data action; what is worked on is what is published where nothing is.
pub(in crate::rest) fn data_action(found: &Versioned<model::DataAction>, edition: ActionEdition) -> DataAction {
    let Versioned { entity, version: _ } = found;
    let model::DataAction {
        id,
        organization_id: _,
        name,
        category,
        credential,
        draft,
        published,
        version,
        created_at,
        modified_at,
    } = entity;
    let document = match edition {
        ActionEdition::Draft => draft.as_ref().or(published.as_ref()),
        ActionEdition::Published => published.as_ref(),
    };
    let part = |name: &str| document.and_then(|document| document.get(name)).cloned();
    DataAction {
        id: *id,
        name: name.clone(),
        category: category.clone(),
        credential_id: *credential,
        version: *version,
        has_draft: draft.is_some(),
        secure: false,
        contract: part("contract"),
        config: part("config"),
        date_created: *created_at,
        date_modified: *modified_at,
        self_uri: format!("/api/v2/integrations/actions/{id}"),
    }
}

pub(in crate::rest) fn tried_action(tried: TriedAction) -> TestExecutionResult {
    let TriedAction { operations, output } = tried;
    let error = operations.iter().rev().find_map(|operation| operation.error.clone());
    let operation = |(index, Operation { name, success, result, error })| TestExecutionOperation {
        step: index + 1,
        name,
        success,
        result,
        error,
    };
    TestExecutionResult {
        success: output.is_some(),
        operations: operations.into_iter().enumerate().map(operation).collect(),
        final_result: output.filter(|output| *output != Value::Null),
        error,
    }
}

pub(in crate::rest) fn credential(found: &Versioned<model::Credential>) -> Credential {
    let Versioned { entity, version } = found;
    let model::Credential { id, organization_id: _, name, kind, secret: _, created_at, modified_at } = entity;
    let plain = Credential {
        id: *id,
        name: name.clone(),
        r#type: kind.as_str(),
        user: None,
        token_url: None,
        client_id: None,
        client_auth: None,
        scope: None,
        version: *version,
        date_created: *created_at,
        date_modified: *modified_at,
        self_uri: format!("/api/v2/integrations/credentials/{id}"),
    };
    match kind {
        model::CredentialKind::Secret | model::CredentialKind::Bearer => plain,
        model::CredentialKind::Basic { user } => Credential { user: Some(user.clone()), ..plain },
        model::CredentialKind::OauthClientCredentials { token_url, client_id, client_auth, scope } => Credential {
            token_url: Some(token_url.clone()),
            client_id: Some(client_id.clone()),
            client_auth: Some(match client_auth {
                model::ClientAuth::Header => "header",
                model::ClientAuth::Body => "body",
            }),
            scope: scope.clone(),
            ..plain
        },
    }
}
