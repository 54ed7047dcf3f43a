//! Options that need Postman's cloud, an account or its other products: they are read, so that the message can say what to use
//! instead, and refused, because an option that does nothing silently is worse than an error.

use clap::Args;

use super::Failure;

/// Options of newman and the Postman CLI that postbud refuses.
#[derive(Debug, Clone, Default, Args)]
pub struct CloudArgs {
    /// Postman CLI: report to an integration.
    #[arg(long, hide = true, num_args = 0..=1, default_missing_value = "")]
    pub integration_id: Option<String>,
    /// Postman CLI: send analytics.
    #[arg(long, hide = true)]
    pub report_events: bool,
    /// Postman CLI: send no analytics.
    #[arg(long, hide = true)]
    pub no_report_events: bool,
    /// Postman CLI: name of the run in the cloud.
    #[arg(long, hide = true, num_args = 0..=1, default_missing_value = "")]
    pub alias: Option<String>,
    /// Postman CLI: folder of its YAML reports.
    #[arg(long, hide = true, num_args = 0..=1, default_missing_value = "")]
    pub output: Option<String>,
    /// Postman CLI: start mock servers.
    #[arg(long, hide = true, num_args = 0..=1, default_missing_value = "")]
    pub mock: Option<String>,
    /// Postman CLI: port of the mock server.
    #[arg(long, hide = true, num_args = 0..=1, default_missing_value = "")]
    pub port: Option<String>,
    /// Postman CLI: send to a mock server.
    #[arg(long, hide = true, num_args = 0..=1, default_missing_value = "")]
    pub use_mock: Vec<String>,
    /// Postman CLI: inject faults.
    #[arg(long, hide = true, num_args = 0..=1, default_missing_value = "")]
    pub simulate: Vec<String>,
    /// Postman CLI: data set of iteration data.
    #[arg(long, hide = true, num_args = 0..=1, default_missing_value = "")]
    pub iteration_data_dataset: Option<String>,
    /// Postman CLI: view of a data set.
    #[arg(long, hide = true, num_args = 0..=1, default_missing_value = "")]
    pub iteration_data_view: Option<String>,
    /// Postman CLI: data sets for scripts.
    #[arg(long, hide = true, num_args = 0..=1, default_missing_value = "")]
    pub dataset: Vec<String>,
}

impl CloudArgs {
    /// Refuses the first option that was given.
    ///
    /// # Errors
    /// One line that names the option and what to use instead.
    pub(in crate::cli) fn refuse(&self) -> Result<(), Failure> {
        let cloud = "postbud reports nothing to Postman's cloud";
        let connect = "use --connect-to HOST:PORT:HOST2:PORT2 to send a host's requests to a server of your own";
        let given: [(&str, bool, String); 12] = [
            ("integration-id", self.integration_id.is_some(), cloud.to_owned()),
            ("report-events", self.report_events, format!("{cloud} and sends no analytics")),
            ("no-report-events", self.no_report_events, format!("{cloud} and never sends analytics; leave it out")),
            ("alias", self.alias.is_some(), cloud.to_owned()),
            ("output", self.output.is_some(), "use -r with json, jsonl, junit or html".to_owned()),
            ("mock", self.mock.is_some(), connect.to_owned()),
            ("port", self.port.is_some(), connect.to_owned()),
            ("use-mock", !self.use_mock.is_empty(), connect.to_owned()),
            ("simulate", !self.simulate.is_empty(), "the built-in stand-in has faults: --emulator --fault".to_owned()),
            (
                "iteration-data-dataset",
                self.iteration_data_dataset.is_some(),
                "use -d with a CSV or JSON file".to_owned(),
            ),
            ("iteration-data-view", self.iteration_data_view.is_some(), "use -d with a CSV or JSON file".to_owned()),
            ("dataset", !self.dataset.is_empty(), "use -d with a CSV or JSON file".to_owned()),
        ];
        match given.into_iter().find(|(_, given, _)| *given) {
            Some((name, _, instead)) => Err(Failure::usage(format!("--{name} is not there: {instead}"))),
            None => Ok(()),
        }
    }
}
