//! `user`: the people who can log in.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use waybill_client::RestClient;

use super::administer::{Common, Outcome, body, read_all, role_divisions, table, text};

/// Creates, lists and disables people.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  waybill user create --email zoe@example.com --name \"Zoë\" --role agent\n  waybill user list\n  waybill user roles ID --role supervisor --role agent\n  waybill user password ID        draws a new one and logs the person out everywhere\n  waybill user disable ID\n\nA role is a name or an id; `agent@DIVISION` gives it in one division only."
)]
pub(crate) struct User {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Lists people by name.
    List {
        #[command(flatten)]
        common: Common,
    },
    /// Creates a person; the password is drawn, and shown this once.
    Create {
        /// The e-mail address with which it logs in.
        #[arg(long)]
        email: String,
        /// The name.
        #[arg(long)]
        name: String,
        /// A role, or ROLE@DIVISION; give it once for each.
        #[arg(long, value_name = "ROLE")]
        role: Vec<String>,
        #[command(flatten)]
        common: Common,
    },
    /// Sets a person's roles: these, and no others.
    Roles {
        /// The person.
        id: String,
        /// A role, or ROLE@DIVISION; give it once for each.
        #[arg(long, value_name = "ROLE")]
        role: Vec<String>,
        #[command(flatten)]
        common: Common,
    },
    /// Draws a new password, shown this once; the person is logged out everywhere.
    Password {
        /// The person.
        id: String,
        #[command(flatten)]
        common: Common,
    },
    /// Takes a person's second factor away, when the device is lost.
    ResetSecondFactor {
        /// The person.
        id: String,
        #[command(flatten)]
        common: Common,
    },
    /// Keeps a person from logging in; it is logged out everywhere.
    Disable {
        /// The person.
        id: String,
        #[command(flatten)]
        common: Common,
    },
    /// Lets a person log in again.
    Enable {
        /// The person.
        id: String,
        #[command(flatten)]
        common: Common,
    },
}

impl User {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        match self.what {
            What::List { common } => common.run(list),
            What::Create { email, name, role, common } => {
                common.run(|client| async move { create(&client, &email, &name, &role).await })
            }
            What::Roles { id, role, common } => common.run(|client| async move {
                let roles = json!({ "roleDivisions": role_divisions(&client, &role).await? });
                let answer = body(&client.put(&format!("/api/v2/users/{id}/roles"), &roles).await?)?;
                Ok(Outcome { answer, text: format!("{id} has {} roles", role.len()) })
            }),
            What::Password { id, common } => common.run(|client| async move {
                let password = draw_password();
                let path = format!("/api/v2/users/{id}/password");
                let done = body(&client.post(&path, &json!({ "newPassword": password })).await?)?;
                let text = format!("{id} logs in with {password}   (shown this once)");
                Ok(Outcome { answer: with_password(done, &password), text })
            }),
            What::ResetSecondFactor { id, common } => common.run(|client| async move {
                let request = client.request(reqwest::Method::DELETE, &format!("/api/v2/users/{id}/totp"));
                request.send().await?.error_for_status()?;
                Ok(Outcome { answer: json!({}), text: format!("{id} logs in with its password alone") })
            }),
            What::Disable { id, common } => {
                common.run(|client| async move { set_state(&client, &id, "inactive").await })
            }
            What::Enable { id, common } => common.run(|client| async move { set_state(&client, &id, "active").await }),
        }
    }
}

async fn list(client: RestClient) -> anyhow::Result<Outcome> {
    let people = read_all(&client, "/api/v2/users").await?;
    let row = |person: &Value| ["id", "state", "email", "name"].map(|name| text(person, name).to_owned()).to_vec();
    let rows: Vec<_> = people.iter().map(row).collect();
    Ok(Outcome { text: table(&rows), answer: json!({ "entities": people }) })
}

async fn create(client: &RestClient, email: &str, name: &str, roles: &[String]) -> anyhow::Result<Outcome> {
    let password = draw_password();
    let person = json!({
        "email": email, "name": name, "password": password,
        "roleDivisions": role_divisions(client, roles).await?,
    });
    let created = body(&client.post("/api/v2/users", &person).await?)?;
    let text =
        format!("user      {}\ne-mail    {email}\npassword  {password}   (shown this once)", text(&created, "id"));
    Ok(Outcome { answer: with_password(created, &password), text })
}

async fn set_state(client: &RestClient, id: &str, state: &str) -> anyhow::Result<Outcome> {
    let request =
        client.request(reqwest::Method::PATCH, &format!("/api/v2/users/{id}")).json(&json!({ "state": state }));
    let response = request.send().await?;
    let (status, headers) = (response.status(), response.headers().clone());
    let answer = body(&waybill_client::Answer { status, headers, text: response.text().await? })?;
    Ok(Outcome { answer, text: format!("{id} is {state}") })
}

/// As long as a secret: somebody copies it once and then chooses his own.
fn draw_password() -> String {
    waybill_server::wiring::system_ambient().secret()
}

fn with_password(mut answer: Value, password: &str) -> Value {
    if let Some(members) = answer.as_object_mut() {
        members.insert("password".to_owned(), password.into());
    }
    answer
}
