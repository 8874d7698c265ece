//! Skills and languages, and who has them.

use serde::Serialize;
use utoipa::ToSchema;
use waybill_model::{LanguageId, SkillId, Time};

/// Something that agents can do and conversations ask for.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoutingSkill {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: SkillId,
    /// Its name; no two skills of an organization have the same.
    pub name: String,
    /// Always `active`.
    pub state: &'static str,
    /// When it was created; a skill does not change.
    #[schema(value_type = String, format = DateTime)]
    pub date_modified: Time,
    /// Where it is read.
    pub self_uri: String,
}

/// A language that agents speak and conversations ask for.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoutingLanguage {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: LanguageId,
    /// Its name; no two languages of an organization have the same.
    pub name: String,
    /// Always `active`.
    pub state: &'static str,
    /// When it was created; a language does not change.
    #[schema(value_type = String, format = DateTime)]
    pub date_modified: Time,
    /// Where it is read.
    pub self_uri: String,
}

/// What a skill is to be.
#[derive(Clone, Debug, ToSchema)]
#[schema(example = json!({"name": "Refunds"}))]
pub struct WriteSkill {
    /// Its name, at most 256 bytes.
    pub name: String,
}

/// What a language is to be.
#[derive(Clone, Debug, ToSchema)]
#[schema(example = json!({"name": "German"}))]
pub struct WriteLanguage {
    /// Its name, at most 256 bytes.
    pub name: String,
}

/// A skill of somebody.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserRoutingSkill {
    /// The skill.
    #[schema(value_type = String, format = Uuid)]
    pub id: SkillId,
    /// Its name.
    pub name: String,
    /// How well, 0 to 5.
    pub proficiency: f64,
    /// Always `active`.
    pub state: &'static str,
    /// Where the skill is read.
    pub skill_uri: String,
    /// Where this is read.
    pub self_uri: String,
}

/// A language of somebody.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserRoutingLanguage {
    /// The language.
    #[schema(value_type = String, format = Uuid)]
    pub id: LanguageId,
    /// Its name.
    pub name: String,
    /// How well, 0 to 5.
    pub proficiency: f64,
    /// Always `active`.
    pub state: &'static str,
    /// Where the language is read.
    pub language_uri: String,
    /// Where this is read.
    pub self_uri: String,
}

/// How well somebody has a skill, or speaks a language.
#[derive(Clone, Debug, ToSchema)]
#[schema(example = json!({"id": "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42", "proficiency": 4}))]
pub struct WriteProficiency {
    /// The skill or language; the one of the path where it names one.
    #[schema(format = Uuid)]
    pub id: Option<String>,
    /// A whole number, 0 to 5.
    pub proficiency: f64,
}
