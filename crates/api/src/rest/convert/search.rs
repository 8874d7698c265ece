//! What a search found, in the field's rows.

use waybill_model as model;
use waybill_protocol::rest::search::{SearchParticipant, SearchRow};
use waybill_service::SearchHit;

use super::conversation::attributes;

/// The members of a row that can be wanted or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rest) enum RowField {
    StartTime,
    EndTime,
    DivisionIds,
    ParticipantData,
}

impl RowField {
    pub(in crate::rest) const ALL: [Self; 4] =
        [Self::StartTime, Self::EndTime, Self::DivisionIds, Self::ParticipantData];
}

pub(in crate::rest) fn search_row<'a>(hit: &'a SearchHit, wanted: &[RowField]) -> SearchRow<'a> {
    let SearchHit { conversation, division_id } = hit;
    let wants = |field: RowField| wanted.contains(&field);
    let participants = || conversation.participants.iter().map(|one| participant(one, conversation.session_id));
    SearchRow {
        conversation_id: conversation.id,
        start_time: wants(RowField::StartTime).then_some(conversation.started_at),
        end_time: conversation.ended_at.filter(|_| wants(RowField::EndTime)),
        division_ids: wants(RowField::DivisionIds).then(|| division_id.iter().copied().collect()),
        participant_data: wants(RowField::ParticipantData).then(|| participants().collect()),
        truncated_data: false,
        row_type: "participant_attributes",
    }
}

fn participant(participant: &model::Participant, session: Option<model::SessionId>) -> SearchParticipant<'_> {
    SearchParticipant {
        participant_purpose: participant.purpose.as_str(),
        participant_attributes: attributes(&participant.context),
        participant_id: participant.id,
        session_ids: session.filter(|_| participant.purpose == model::Purpose::Customer).into_iter().collect(),
    }
}
