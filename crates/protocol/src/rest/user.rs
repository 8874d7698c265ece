//! People and their organization, in the field's shape.

use serde::Serialize;
use utoipa::ToSchema;
use waybill_model::{OrganizationId, Time, UserId};

/// A reference with a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NamedReference {
    /// Its id.
    #[schema(format = Uuid)]
    pub id: String,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where it is read.
    pub self_uri: String,
}

/// A person.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: UserId,
    /// Its name.
    pub name: String,
    /// The e-mail address with which it logs in.
    pub email: String,
    /// The same.
    pub username: String,
    /// `active` or `inactive`.
    pub state: &'static str,
    /// Its division.
    pub division: NamedReference,
    /// One more with each change.
    pub version: u64,
    /// Whether it logs in with a second factor.
    pub second_factor: bool,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub date_created: Time,
    /// Its roles and rights, with `expand=authorization`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization: Option<UserAuthorization>,
    /// Its organization, with `expand=organization`; only of oneself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<Organization>,
    /// Where it is read.
    pub self_uri: String,
}

/// What somebody may do.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserAuthorization {
    /// The roles.
    pub roles: Vec<NamedReference>,
    /// Where each of them reaches.
    pub role_divisions: Vec<RoleDivision>,
    /// What they let through together, in this token.
    pub permissions: Vec<String>,
}

/// A role and one division that it reaches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleDivision {
    /// The role.
    #[schema(format = Uuid)]
    pub role_id: String,
    /// The division; `*` for all of them.
    pub division_id: String,
}

/// An organization.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// Always `active`.
    pub state: &'static str,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub date_created: Time,
    /// Where it is read.
    pub self_uri: &'static str,
}

/// A person to create.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({
    "name": "Zoë Agent", "email": "zoe@example.com", "password": "four words nobody guesses",
    "roleDivisions": [{"roleId": "00000000-0000-8000-8000-000000000003", "divisionId": "*"}]
}))]
pub struct CreateUser {
    /// The name, at most 256 bytes.
    pub name: String,
    /// The e-mail address with which it logs in; nobody else on the server has it.
    pub email: String,
    /// The password, at least 10 characters and at most 256 bytes; without one nobody can log in as it.
    pub password: Option<String>,
    /// The division; the home division when absent.
    #[schema(format = Uuid)]
    pub division_id: Option<String>,
    /// Its roles.
    pub role_divisions: Option<Vec<RoleDivision>>,
}

/// What is to be changed of a person.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"name": "Zoë Supervisor", "state": "active", "version": 1}))]
pub struct UpdateUser {
    /// The name.
    pub name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// `active` or `inactive`: who is inactive is logged out everywhere.
    pub state: Option<String>,
    /// The division.
    #[schema(format = Uuid)]
    pub division_id: Option<String>,
    /// The version that the change was decided on.
    pub version: Option<u64>,
}

/// A change of one's own password.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"oldPassword": "four words nobody guesses", "newPassword": "four others nobody guesses"}))]
pub struct ChangePassword {
    /// The present password.
    pub old_password: String,
    /// The new one, at least 10 characters and at most 256 bytes.
    pub new_password: String,
}

/// Somebody's new password.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"newPassword": "four others nobody guesses"}))]
pub struct SetPassword {
    /// The new password, at least 10 characters and at most 256 bytes.
    pub new_password: String,
}

/// Asks for a second factor.
#[derive(Clone, Debug, ToSchema)]
#[schema(example = json!({"password": "four words nobody guesses"}))]
pub struct BeginTotp {
    /// The present password.
    pub password: String,
}

/// The secret of a second factor, shown this once.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TotpSecret {
    /// To type into the app: base32.
    pub secret: String,
    /// The same as an address that apps read from a QR code.
    pub otpauth_uri: String,
}

/// The first code of a second factor.
#[derive(Clone, Debug, ToSchema)]
#[schema(example = json!({"code": "287082"}))]
pub struct ConfirmTotp {
    /// Six digits.
    pub code: String,
}

/// The roles that somebody is to have, and no others; a list of role ids is taken as well.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"roleDivisions": [{"roleId": "00000000-0000-8000-8000-000000000002", "divisionId": "*"}]}))]
pub struct SetRoles {
    /// The roles, each with a division or `*`.
    pub role_divisions: Vec<RoleDivision>,
}
