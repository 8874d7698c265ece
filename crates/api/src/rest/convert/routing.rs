//! Queues, members and wrap-up codes in the field's shapes.

use waybill_model as model;
use waybill_protocol::rest::routing::{MemberUser, Queue, QueueMember, WrapupCode};

use super::conversation::{division, user_uri};

pub(in crate::rest) fn queue(queue: &model::Queue) -> Queue {
    let model::Queue {
        id,
        organization_id: _,
        division_id,
        name,
        description,
        members,
        wrapup_codes: _,
        rules: _,
        created_at,
    } = queue;
    Queue {
        id: *id,
        name: name.clone(),
        description: description.clone(),
        division: division(*division_id),
        member_count: members.len(),
        date_created: *created_at,
        self_uri: format!("/api/v2/routing/queues/{id}"),
    }
}

pub(in crate::rest) fn queue_member(user: &model::User) -> QueueMember {
    QueueMember {
        id: user.id,
        name: user.name.clone(),
        user: MemberUser {
            id: user.id,
            name: user.name.clone(),
            email: user.email.clone(),
            self_uri: user_uri(user.id),
        },
        joined: true,
        member_by: "user",
        self_uri: user_uri(user.id),
    }
}

pub(in crate::rest) fn wrapup_code(code: &model::WrapupCode) -> WrapupCode {
    let model::WrapupCode { id, organization_id: _, division_id, name, created_at } = code;
    WrapupCode {
        id: *id,
        name: name.clone(),
        division: division(*division_id),
        date_created: *created_at,
        self_uri: format!("/api/v2/routing/wrapupcodes/{id}"),
    }
}
