//! The suite that every store runs. Another store joins by one line: `store_conformance!(async { MyStore::new() });`.
//!
//! Each case takes a fresh store and bears the id of the rule that it proves.

mod access;
mod analytics;
mod claims;
mod commits;
mod handling;
mod jobs;
mod lists;
mod log;
mod privacy;
mod properties;
mod routing;
pub mod sample;
mod sessions;
mod signed;
mod starts;
mod webhooks;

pub use access::*;
pub use analytics::*;
pub use claims::*;
pub use commits::*;
pub use handling::*;
pub use jobs::*;
pub use lists::*;
pub use log::*;
pub use privacy::*;
pub use properties::*;
pub use routing::*;
pub use sample::Sample;
pub use sessions::*;
pub use signed::*;
pub use starts::*;
pub use webhooks::*;

/// Makes one test of each case; the expression is a future that makes an empty store.
#[macro_export]
macro_rules! store_conformance {
    ($make:expr) => {
        $crate::store_conformance! { @cases $make;
            edge2_administration_is_kept_and_found_within_its_tenant
            edge2_deployments_are_listed_by_name
            edge2_what_is_taken_is_refused_by_name
            log8_entities_are_kept_and_changed_by_version
            log8_entities_are_listed_by_name
            log8_the_audit_log_is_a_chain
            rest2_tokens_are_kept
            rest2_a_token_is_exchanged_once
            rest2_tokens_are_revoked
            log7_the_unscoped_look_ups_tell_the_tenant_alone
            log9_a_published_policy_leaves_the_earlier_one_readable
            dep1_a_deployment_is_changed_as_it_was_read
            ctx11_refusals_are_listed_newest_first
            ctx11_refusals_go_after_thirty_days
            rest2_ended_bearer_tokens_are_purged
            start6_a_secret_is_drawn_once
            log1_a_commit_returns_what_it_stored
            log1_a_failed_check_writes_nothing
            log1_many_writers_lose_nothing
            log2_a_commit_on_an_old_version_is_a_conflict
            log2_of_two_writers_at_one_version_one_wins
            log2_an_id_is_started_once
            log3_a_message_moves_the_head_and_leaves_the_snapshot
            log3_a_context_change_is_read_at_once
            log4_positions_are_one_sequence_and_pages_join
            log4_a_reader_of_one_conversation_sees_only_it
            log4_a_position_beyond_the_end_is_answered
            log5_marks_are_in_the_log_and_in_no_stream
            log7_no_tenant_reads_another
            log6_an_erasure_writes_again_what_came_before_it
            log6_an_erasure_is_whole_or_nothing
            log6_an_erasure_takes_jobs_along
            priv6_mentions_are_found_in_the_whole_log
            priv7_due_conversations_are_found_once
            log11_a_job_is_fulfilled_once
            log11_a_commit_fulfils_the_jobs_of_its_own_conversation_alone
            log11_of_two_that_fulfil_one_job_one_is_stored
            log11_a_commit_that_fails_leaves_its_job
            log12_a_claim_is_a_lease
            log12_claims_are_earliest_due_first
            log12_jobs_of_one_conversation_are_claimed_one_after_another
            log12_concurrent_claims_share_no_job
            log12_a_job_is_tried_again_at_its_time
            log12_a_dead_job_is_kept_and_taken_up_again
            log12_dead_jobs_go_after_thirty_days
            log12_random_claims_keep_order_and_lease
            log13_agents_are_known_within_their_tenant
            log13_routed_conversations_are_listed_while_they_are
            log13_a_queue_lists_who_waits
            ana1_a_step_of_a_run_changes_no_counts
            p2_what_was_acknowledged_is_read
            p3_the_first_reader_sees_the_whole_start
            p5_the_log_of_a_conversation_tells_every_change
            log1_random_changes_read_back_equal
            start1_the_same_token_is_found_with_its_answer
            start1_a_used_token_comes_before_the_version
            start1_of_concurrent_starts_with_one_token_one_is_stored
            start1_tokens_are_bound_to_deployment_and_owner
            start1_tokens_are_kept_while_the_conversation_is_open
            sig5_a_token_is_spent_with_what_it_says
            sig5_a_used_start_token_comes_before_a_spent_one
            sig5_a_commit_that_fails_spends_nothing
            sig5_of_concurrent_starts_with_one_token_one_is_stored
            sig5_ended_tokens_are_purged
            start2_a_token_reads_its_latest_conversation
            start2_opening_fences_the_earlier_session
            start2_a_fenced_session_reads_nothing
            start2_of_concurrent_sessions_on_one_token_one_lives
            start5_jobs_are_written_with_their_change
            start7_a_session_lists_its_messages_newest_first
            start8_a_message_is_found_by_the_clients_id
            wh2_a_plan_keeps_deliveries_with_their_place
            wh2_what_waits_is_not_planned_twice
            wh4_attempts_are_kept_and_lists_follow_the_state
            wh6_a_webhook_that_is_gone_leaves_nothing
            wh6_finished_deliveries_go_with_time
            ctx5_lists_are_newest_first_and_pages_join
            ctx5_lists_filter_by_key_and_value
            ctx5_lists_filter_by_deployment_and_time
            ctx5_lists_follow_changes_of_a_value
            ctx3_lists_compare_the_text_of_a_value
            ana1_counts_follow_every_change
            ana1_counts_and_facts_agree
            ana2_groups_are_capped
            ana3_selections_find_what_they_describe
            ana3_no_tenant_counts_another
            ana4_messages_are_counted
            ana5_completeness_counts_what_became_of_keys
            ana6_documents_are_kept_and_purged
            ana9_each_event_is_measured_once
            ana9_what_is_measured_follows_from_the_log
            ana10_groups_and_filters_tell_measures_apart
            ana11_a_target_divides_the_answers
            ana9_what_is_not_routed_is_not_measured
            ana1_measures_follow_corrections_and_are_their_tenants
        }
    };
    (@cases $make:expr; $($case:ident)*) => { $(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $case() {
            let store: ::std::sync::Arc<dyn $crate::Store> = ::std::sync::Arc::new($make.await);
            $crate::conformance::$case(&store).await;
        }
    )* };
}
