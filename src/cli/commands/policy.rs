//! `postbud policy`: who may do what, what is wrong, a small policy to begin with.

use super::say;
use std::collections::BTreeSet;

use crate::cli::args::{PolicyArgs, PolicyCommand, PolicyFileArgs, PolicyNewArgs};
use crate::cli::context::Context;
use crate::cli::{ExitStatus, Failure, source};
use crate::policy::{Effect, Finding, Policy, Severity, minimal};

/// Combinations of one policy that are listed.
const SHOWN: usize = 10_000;

/// Does what the words say.
///
/// # Errors
/// When the policy cannot be read, or the new one not be written.
pub(in crate::cli) async fn run(args: PolicyArgs, _context: &Context) -> Result<ExitStatus, Failure> {
    match args.command {
        PolicyCommand::Show(args) => {
            show(&read(&args).await?, args.resource_id.as_deref());
            Ok(ExitStatus::Passed)
        }
        PolicyCommand::Check(args) => {
            let policy = read(&args).await?;
            let resource = resource(&args, &policy)?;
            let actions: Vec<&str> = args.actions.iter().map(String::as_str).filter(|a| !a.is_empty()).collect();
            let findings = policy.check(&resource, &actions);
            let good = format!("{} of {resource} are permitted, to somebody", actions.join(", "));
            Ok(tell(&args.policy, &findings, &good, |finding| finding.severity == Severity::Fault))
        }
        PolicyCommand::Lint(args) => {
            let policy = read(&args).await?;
            let resource = resource(&args, &policy)?;
            let good = format!("the registry takes it for {resource}");
            let refused = |finding: &Finding| finding.severity == Severity::Fault || finding.refuses_upload();
            Ok(tell(&args.policy, &policy.lint(&resource), &good, refused))
        }
        PolicyCommand::New(args) => new(&args),
    }
}

async fn read(args: &PolicyFileArgs) -> Result<Policy, Failure> {
    let bytes = source::read(&args.policy).await.map_err(Failure::usage)?;
    let text = String::from_utf8_lossy(&bytes);
    let text = text.trim_start_matches('\u{FEFF}');
    Policy::parse(text).map_err(|error| Failure::usage(format!("{}: {error}\n  {}", args.policy, error.help())))
}

/// The resource that is asked about, or the only one that the rules name.
fn resource(args: &PolicyFileArgs, policy: &Policy) -> Result<String, Failure> {
    if let Some(id) = &args.resource_id {
        return Ok(id.clone());
    }
    let grants: Vec<_> = policy.grants().take(SHOWN).collect();
    let named: BTreeSet<&str> = grants.iter().filter_map(crate::policy::Grant::resource_id).collect();
    match named.iter().copied().collect::<Vec<_>>().as_slice() {
        [only] => Ok((*only).to_owned()),
        [] => Err(Failure::usage("the policy names no resource; say which it is for with --resource-id")),
        several => Err(Failure::usage(format!("the policy names {}; choose with --resource-id", several.join(", ")))),
    }
}

fn show(policy: &Policy, resource: Option<&str>) {
    say!("policy    {} (version {})", policy.id, policy.version);
    let levels: Vec<&str> = policy.levels.iter().map(|level| level.text.as_str()).collect();
    say!("level     {}", if levels.is_empty() { "none asked for".to_owned() } else { levels.join(", ") });
    let mut seen = BTreeSet::new();
    for grant in policy.grants().take(SHOWN) {
        if resource.is_some_and(|id| !grant.covers_resource(id)) {
            continue;
        }
        let effect = if grant.effect == Effect::Permit { "permit" } else { "deny" };
        let line = format!(
            "{effect:<8}  {:<12} {:<30} {}",
            grant.action_name().unwrap_or("any action"),
            grant.resource_id().unwrap_or("any resource"),
            grant.subject_text()
        );
        if seen.insert(line.clone()) {
            say!("{line}");
        }
    }
    if seen.is_empty() {
        say!("nobody is permitted anything");
    }
}

/// Prints findings, worst first; failed where one of them is bad.
fn tell(name: &str, findings: &[Finding], good: &str, bad: impl Fn(&Finding) -> bool) -> ExitStatus {
    for finding in findings {
        let severity = match finding.severity {
            Severity::Fault => "fault",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        let place = finding.place.map_or_else(String::new, |at| format!(":{}:{}", at.line, at.column));
        say!("{severity}: {name}{place}: {}\n  {}", finding.cause, finding.mend);
    }
    if findings.iter().any(bad) {
        return ExitStatus::Failed;
    }
    say!("{good}");
    ExitStatus::Passed
}

fn new(args: &PolicyNewArgs) -> Result<ExitStatus, Failure> {
    let xml = minimal(&args.resource_id, &args.org_code, &args.role);
    match &args.output {
        None => super::print(&xml),
        Some(path) => std::fs::write(path, xml).map_err(|error| Failure {
            message: format!("{} could not be written: {error}", path.display()),
            status: ExitStatus::ReportFailed,
        })?,
    }
    Ok(ExitStatus::Passed)
}
