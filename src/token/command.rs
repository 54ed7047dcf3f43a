//! A program that prints a token.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::error::{TokenError, TokenStep};
use super::{LocalFuture, Token, TokenContext, TokenProvider};
use crate::config::{Profile, Provider};
use crate::secret::SecretString;

/// How long the program may take.
const LIMIT: Duration = Duration::from_mins(1);

/// How much it may print.
const MAX_OUTPUT: u64 = 1 << 20;

/// Runs programs.
pub(super) struct CommandProvider;

impl TokenProvider for CommandProvider {
    fn fetch<'a>(
        &'a self,
        profile: &'a Profile,
        scopes: &'a [String],
        cx: &'a mut TokenContext<'_>,
    ) -> LocalFuture<'a, Result<Token, TokenError>> {
        Box::pin(async move {
            let Provider::Command(command) = &profile.provider else {
                return Err(TokenError::new(&profile.name, TokenStep::Profile, "the profile is of another provider"));
            };
            let fail = |message: String| TokenError::new(&profile.name, TokenStep::Command, message);
            let argv = command.argv.clone();
            let name = argv.first().cloned().unwrap_or_default();
            let output = tokio::task::spawn_blocking(move || run(&argv))
                .await
                .map_err(|_| fail(format!("`{name}` could not be run")))?
                .map_err(|problem| fail(format!("`{name}` {problem}")))?;
            let value = output.trim();
            if value.is_empty() {
                return Err(fail(format!("`{name}` printed nothing")));
            }
            if value.contains(char::is_whitespace) {
                return Err(fail(format!("`{name}` printed more than a token"))
                    .with_hint("its standard output must be the token alone"));
            }
            let ttl = command.ttl.map(|ttl| ttl.as_secs());
            Ok(Token::new(&profile.name, SecretString::new(value), scopes.to_vec(), ttl, (cx.now)()))
        })
    }
}

/// What the program printed, or what went wrong with it.
fn run(argv: &[String]) -> Result<String, String> {
    let Some((program, arguments)) = argv.split_first() else { return Err("is empty".to_owned()) };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("could not be started: {error}"))?;
    // Both pipes are read while it runs: a full one would stop it.
    let stdout = child.stdout.take().map(|pipe| std::thread::spawn(move || read(pipe)));
    let stderr = child.stderr.take().map(|pipe| std::thread::spawn(move || read(pipe)));
    let end = Instant::now() + LIMIT;
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if Instant::now() < end => std::thread::sleep(Duration::from_millis(5)),
            Ok(None) => {
                // It may be gone already; there is nothing left to do with it either way.
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("took longer than {} s", LIMIT.as_secs()));
            }
            Err(error) => return Err(format!("could not be waited for: {error}")),
        }
    };
    let text = |thread: Option<std::thread::JoinHandle<String>>| thread.and_then(|t| t.join().ok()).unwrap_or_default();
    let (stdout, stderr) = (text(stdout), text(stderr));
    if status.success() {
        return Ok(stdout);
    }
    let code = status.code().map_or_else(|| "a signal".to_owned(), |code| format!("exit code {code}"));
    let last: String =
        stderr.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default().chars().take(200).collect();
    Err(if last.is_empty() { format!("ended with {code}") } else { format!("ended with {code}: {last}") })
}

fn read(pipe: impl Read) -> String {
    let mut bytes = Vec::new();
    // What came before an error is all there is.
    let _ = pipe.take(MAX_OUTPUT).read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}
