//! The published collection of `verify`'s last step, made ready to run.

use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::rc::Rc;

use clap::Parser;
use tokio::sync::watch;

use crate::cli::Failure;
use crate::cli::args::RunArgs;
use crate::cli::commands::run::{Source, prepared};
use crate::cli::context::Context;
use crate::config::Config;
use crate::http::client::Client;
use crate::http::cookies::CookieJar;
use crate::runner::{EventSink, RunInput, RunOptions, Runner, Stop};
use crate::secret::Redactor;
use crate::verify::{PublishedRun, Setup};

/// A collection and how it is run.
pub(super) struct Published {
    options: RunOptions,
    input: Option<RunInput>,
    client: Rc<Client>,
    stop: Stop,
}

/// Options of `run`, all as they are without words.
#[derive(Parser)]
struct Words {
    #[command(flatten)]
    run: RunArgs,
}

impl Published {
    /// Reads a collection and the configuration that adapts it; tokens are those of the set-up.
    ///
    /// # Errors
    /// When one of them cannot be read, or does not fit the other.
    pub(super) async fn load(
        (collection, config): (&str, Option<&Path>),
        setup: &Setup,
        redactor: &Redactor,
        context: &Context,
        (client, stop): (Rc<Client>, watch::Receiver<Option<i32>>),
    ) -> Result<Self, Failure> {
        let env = |name: &str| context.variable(name).map(str::to_owned);
        let mut config = match config {
            Some(path) => Config::load(path, &env).map_err(Failure::usage)?,
            None => Config::default(),
        };
        let names = &setup.names;
        for (role, name) in [("owner", &names.owner), ("recipient", &names.recipient), ("registry", &names.registry)] {
            if let Some(profile) = setup.tokens.get(name) {
                config.tokens.insert(role.to_owned(), profile.clone());
            }
        }
        let mut args = Words::try_parse_from(["verify", collection]).map_err(Failure::usage)?.run;
        args.env_var = setup.variables.iter().map(|(key, value)| format!("{key}={value}")).collect();
        for (key, value) in [
            ("resource_id", &setup.resource_id),
            ("senderOrgNo", &setup.owner_org),
            ("recipientOrgNo", &setup.recipient_org),
        ] {
            args.env_var.push(format!("{key}={value}"));
        }
        let source = Source { name: collection.to_owned(), config: Some(Rc::new(config)) };
        let (options, input) = prepared(&args, source, context, redactor).await?;
        Ok(Self { options, input: Some(input), client, stop: Stop::new(stop, None) })
    }
}

impl PublishedRun for Published {
    fn run<'a>(&'a mut self, sink: &'a mut dyn EventSink) -> Pin<Box<dyn Future<Output = ()> + 'a>> {
        Box::pin(async move {
            let Some(input) = self.input.take() else { return };
            let (client, stop) = (Rc::clone(&self.client), self.stop.clone());
            Runner::new(&self.options, input, client, Rc::new(CookieJar::new()), stop, sink).run().await;
        })
    }
}
