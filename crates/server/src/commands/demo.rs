//! `demo`: a server with a sample organization.

mod guide;

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use anyhow::bail;
use clap::Args;
use waybill_server::{
    Bound, Config,
    demo::{Crm, Demo},
    host, logs,
    wiring::{Parts, system_ambient},
};

use super::{block_on, signals, terminal};

/// Runs a server with a sample organization, and says what to open.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  waybill demo\n  waybill demo --listen 127.0.0.1:0 --data /tmp/try\n  waybill demo --listen 0.0.0.0:8080 --allow-remote\n\nDIR/demo.json (readable for you alone) holds the address, the ids and the API client's secret, once the server\naccepts connections. Ids and secret stay the same for the same folder; removing the folder forgets everything."
)]
pub(crate) struct DemoCommand {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// The folder for the database and demo.json.
    #[arg(long, value_name = "DIR", default_value = "./demo-data")]
    data: PathBuf,
    /// Lets the demo listen on an address that other machines reach: its deployments admit every origin.
    #[arg(long)]
    allow_remote: bool,
}

impl DemoCommand {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let Self { listen, data, allow_remote } = self;
        let mut config = Config::load(None)?;
        config.data.clone_from(&data);
        if let Some(listen) = listen {
            config.listen = listen;
        }
        if !config.listen.ip().is_loopback() && !allow_remote {
            bail!(
                "{} is not a loopback address: everybody who reaches it could use the demo; give --allow-remote if that is meant",
                config.listen
            );
        }
        // Everything of a demo is on one machine, its receiver of webhooks too.
        config.outbound.allow_this_machine();
        logs::start(&config.log)?;
        // Few machines allow a demo what a server needs, and it does not need it.
        host::raise_open_files(0);
        block_on(async move {
            let shutdown = signals::shutdown()?;
            let limits = config.limits;
            let mut bound = Bound::new(config)?;
            let crm = Crm::start(&data, system_ambient()).await?;
            bound.set_flow_value("CRM_URL", crm.named().url);
            let base_url = bound.base_url();
            let opened = bound.open(Parts::default()).await?;
            Demo::withdraw(&data)?;
            let mut demo = Demo::set_up(opened.service(), &data, base_url).await?;
            demo.open_center(opened.service(), crm.named()).await?;
            demo.receive_webhooks(opened.service()).await?;
            let server = opened.serve(demo.site());
            let file = demo.write(&data)?;
            terminal::say(guide::text(&demo, &file, &limits))?;
            server.run_until(shutdown).await?;
            Ok(ExitCode::SUCCESS)
        })
    }
}
