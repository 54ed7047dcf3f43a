//! The realm, its limits, and the life of one script in it.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rquickjs::context::intrinsic;
use rquickjs::{CatchResultExt, CaughtError, Context, Ctx, Function, Object, Persistent, Runtime, Value};
use serde_json::json;

use super::builtins;
use super::engine;
use super::host::{self, Shared};
use super::job::{Outcome, SandboxEvent, ScopeChange, ScopeChanges, ScriptHost, ScriptJob, Step};
use crate::event::{Compared, ScriptError};

/// Limits of the realm; set here only.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes that all scripts of a run may hold together.
    pub memory: usize,
    /// Bytes of the engine's stack.
    pub stack: usize,
    /// How long one script may compute without pause.
    pub time: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory: 1 << 30, stack: 8 << 20, time: Some(Duration::from_secs(30)) }
    }
}

/// The engine could not be started, or its own half failed: a defect of postbud, not of a script.
#[derive(Debug, thiserror::Error)]
#[error("the script engine failed: {0}")]
pub struct SandboxError(String);

impl SandboxError {
    /// What the engine says.
    pub(super) fn new(error: &rquickjs::Error) -> Self {
        Self(error.to_string())
    }
}

/// The realm of a run.
pub struct Sandbox {
    // Dropped in this order: what lives in the context, the context, the runtime.
    controller: Controller,
    context: Context,
    runtime: Runtime,
    shared: Rc<Shared>,
    limits: Limits,
    pending: RefCell<HashSet<u32>>,
    /// Pending effects of scripts that wait for a request they run.
    outer_pending: RefCell<Vec<HashSet<u32>>>,
    interrupted: Rc<Cell<bool>>,
    rejections: Rejections,
    ended: Rc<RefCell<Option<EndedFromOutside>>>,
}

/// Whether the run is to end now.
type EndedFromOutside = Box<dyn Fn() -> bool>;

/// Promises that were rejected and not handled yet, with their reasons.
type Rejections = Rc<RefCell<Vec<(Persistent<Value<'static>>, Persistent<Value<'static>>)>>>;

struct Controller {
    start: Persistent<Function<'static>>,
    settle: Persistent<Function<'static>>,
    status: Persistent<Function<'static>>,
    finish: Persistent<Function<'static>>,
    abort: Persistent<Function<'static>>,
    rejected: Persistent<Function<'static>>,
}

impl Sandbox {
    /// Starts the engine and loads the sandbox's own JavaScript; libraries load when a script first asks for them.
    pub fn new(limits: Limits) -> Result<Self, SandboxError> {
        let fail = |error: rquickjs::Error| SandboxError(error.to_string());
        let runtime = Runtime::new().map_err(fail)?;
        runtime.set_memory_limit(limits.memory);
        runtime.set_max_stack_size(limits.stack);
        // Collections' garbage is small; the engine's default threshold collects during start-up for nothing.
        runtime.set_gc_threshold(16 << 20);
        let shared = Rc::new(Shared::default());
        let interrupted = Rc::new(Cell::new(false));
        let ended: Rc<RefCell<Option<EndedFromOutside>>> = Rc::default();
        let (flag, state, stop) = (Rc::clone(&interrupted), Rc::clone(&shared), Rc::clone(&ended));
        runtime.set_interrupt_handler(Some(Box::new(move || {
            // Without a deadline it is our own JavaScript that runs.
            let over = state.deadline.get().is_some_and(|deadline| {
                Instant::now() >= deadline || stop.borrow().as_ref().is_some_and(|stop| stop())
            });
            if over {
                flag.set(true);
            }
            over
        })));
        let context = Context::custom::<intrinsic::All>(&runtime).map_err(fail)?;
        let controller = context.with(|ctx| Controller::boot(&ctx, &shared))?;
        let rejections = Rejections::default();
        let known = Rc::clone(&rejections);
        runtime.set_host_promise_rejection_tracker(Some(Box::new(move |ctx, promise, reason, handled| {
            let mut known = known.borrow_mut();
            if handled {
                known.retain(|(other, _)| other.clone().restore(&ctx).is_ok_and(|other| other != promise));
            } else {
                known.push((Persistent::save(&ctx, promise), Persistent::save(&ctx, reason)));
            }
        })));
        let pending = RefCell::default();
        let outer_pending = RefCell::default();
        Ok(Self {
            controller,
            context,
            runtime,
            shared,
            limits,
            pending,
            outer_pending,
            interrupted,
            rejections,
            ended,
        })
    }

    /// Where `pm.require` finds packages.
    pub fn set_packages(&self, folder: Option<PathBuf>) {
        *self.shared.packages.borrow_mut() = folder;
    }

    /// The running script is over; one that waits for it goes on.
    fn leave(&self) {
        self.shared.end();
        *self.pending.borrow_mut() = self.outer_pending.borrow_mut().pop().unwrap_or_default();
    }

    /// Also ends what computes when this becomes true.
    pub fn end_when(&self, ended: impl Fn() -> bool + 'static) {
        *self.ended.borrow_mut() = Some(Box::new(ended));
    }

    /// Begins a script; inside of the running one, where that waits for a request it runs.
    pub fn start(&self, job: &ScriptJob<'_>, host: Rc<dyn ScriptHost>) -> Result<Step, SandboxError> {
        let pending = std::mem::take(&mut *self.pending.borrow_mut());
        if self.shared.is_active() {
            self.outer_pending.borrow_mut().push(pending);
        }
        self.shared.begin(host, job.phase);
        let mut input = json!({
            "phase": job.phase.listen(),
            "source": job.source,
            "info": {
                "eventName": job.phase.listen(),
                "iteration": job.iteration,
                "iterationCount": job.iteration_count,
                "requestName": job.request_name,
                "requestId": job.request_id,
            },
            "location": job.location,
            "current": job.owner,
            "legacyRequest": {"id": job.request_id, "name": job.request_name, "description": job.request_description},
            "failed": job.failed,
            "colors": job.console.colors,
            "canRunRequest": true,
        });
        if let Some(columns) = job.console.columns {
            input["columns"] = columns.into();
        }
        self.turn(|ctx| {
            let start = self.controller.start.clone().restore(ctx)?;
            start.call::<_, ()>((input.to_string(),))
        })
    }

    /// Ends an effect and lets the script go on.
    pub fn settle(&self, id: u32, result: &serde_json::Value) -> Result<Step, SandboxError> {
        self.pending.borrow_mut().remove(&id);
        self.turn(|ctx| {
            let settle = self.controller.settle.clone().restore(ctx)?;
            settle.call::<_, ()>((id, result.to_string()))
        })
    }

    /// Ends a script from outside (a time limit): what it did so far stays, the error is reported as its own.
    pub fn abort(&self, name: &str, message: &str) -> Result<Outcome, SandboxError> {
        self.shared.deadline.set(None);
        let error = json!({"name": name, "message": message}).to_string();
        let text = self.context.with(|ctx| {
            let call = || -> rquickjs::Result<String> { self.controller.abort.clone().restore(&ctx)?.call((error,)) };
            call().catch(&ctx).map_err(|e| SandboxError(e.to_string()))
        })?;
        self.leave();
        parse_outcome(&text)
    }

    /// Ends a script that our own JavaScript could not handle (it threw something that throws when it is read, say): that is
    /// the script's failure, not the end of the run.
    fn broken(&self, reason: &str) -> Result<Step, SandboxError> {
        let outcome = self.abort("Error", &format!("sandbox: the script could not be handled: {reason}"))?;
        Ok(Step::Done(Box::new(outcome)))
    }

    /// What happened since this was last asked, in order.
    pub fn take_events(&self) -> Vec<SandboxEvent> {
        std::mem::take(&mut *self.shared.events.borrow_mut())
    }

    /// Whether effects are pending.
    pub fn is_waiting(&self) -> bool {
        !self.pending.borrow().is_empty()
    }

    /// Runs the job queue empty.
    fn drain(&self) {
        while !self.interrupted.get() {
            match self.runtime.execute_pending_job() {
                Ok(true) => {}
                Ok(false) => break,
                // A job that throws is a rejection; the tracker has it.
                Err(error) => drop(error),
            }
        }
    }

    /// Tells the boot script of rejections that nobody handled; `false` when there are none.
    fn report_rejections(&self) -> bool {
        let unhandled = std::mem::take(&mut *self.rejections.borrow_mut());
        if unhandled.is_empty() {
            return false;
        }
        self.context.with(|ctx| {
            for (promise, reason) in unhandled {
                let report = || -> rquickjs::Result<()> {
                    drop(promise.restore(&ctx)?);
                    let rejected = self.controller.rejected.clone().restore(&ctx)?;
                    rejected.call((reason.restore(&ctx)?,))
                };
                // Reporting a rejection may itself fail only when the script tampered with what it throws.
                drop(report().catch(&ctx));
            }
        });
        true
    }

    /// Runs script code until nothing is left to do but to wait.
    fn turn(&self, enter: impl for<'js> FnOnce(&Ctx<'js>) -> rquickjs::Result<()>) -> Result<Step, SandboxError> {
        self.shared.deadline.set(self.limits.time.map(|limit| Instant::now() + limit));
        self.interrupted.set(false);
        let entered = self.context.with(|ctx| enter(&ctx).catch(&ctx).map_err(|e| describe(&e)));
        while entered.is_ok() && !self.interrupted.get() {
            self.drain();
            if !self.report_rejections() {
                break;
            }
        }
        self.shared.deadline.set(None);
        if self.interrupted.get() {
            let outcome = self.abort("Error", "sandbox: synchronous script execution timeout")?;
            return Ok(Step::Done(Box::new(outcome)));
        }
        if let Err(reason) = entered {
            return self.broken(&reason);
        }
        for event in self.shared.events.borrow().iter() {
            if let SandboxEvent::Cancelled(id) = event {
                self.pending.borrow_mut().remove(id);
            }
        }
        let calls = std::mem::take(&mut *self.shared.calls.borrow_mut());
        self.pending.borrow_mut().extend(calls.iter().map(|call| call.id));
        // A timer that was started and cancelled in the same turn is already gone.
        let cancelled = std::mem::take(&mut *self.shared.cancelled.borrow_mut());
        self.pending.borrow_mut().retain(|id| !cancelled.contains(id));
        let calls: Vec<_> = calls.into_iter().filter(|call| !cancelled.contains(&call.id)).collect();
        if !calls.is_empty() || self.is_waiting() {
            return Ok(Step::Waiting(calls));
        }
        let idle = self.context.with(|ctx| -> rquickjs::Result<bool> {
            let status: String = self.controller.status.clone().restore(&ctx)?.call(())?;
            Ok(status == "idle")
        });
        if !idle.unwrap_or(true) {
            // Nothing is pending, so what the script awaits can never settle.
            let outcome = self.abort("Error", "sandbox: synchronous script execution timeout")?;
            return Ok(Step::Done(Box::new(outcome)));
        }
        let finished = self.context.with(|ctx| {
            let call = || -> rquickjs::Result<String> { self.controller.finish.clone().restore(&ctx)?.call(()) };
            call().catch(&ctx).map_err(|e| describe(&e))
        });
        let text = match finished {
            Ok(text) => text,
            Err(reason) => return self.broken(&reason),
        };
        self.leave();
        Ok(Step::Done(Box::new(parse_outcome(&text)?)))
    }
}

impl Drop for Sandbox {
    /// The engine must not outlive values that are kept from it.
    fn drop(&mut self) {
        self.rejections.borrow_mut().clear();
    }
}

impl Controller {
    fn boot(ctx: &Ctx<'_>, shared: &Rc<Shared>) -> Result<Self, SandboxError> {
        let bytecode = builtins::bundle("boot").ok_or_else(|| SandboxError("boot is missing".to_owned()))?;
        let load = || -> rquickjs::Result<Self> {
            let boot: Function<'_> = Function::from_value(engine::load_default(ctx, bytecode)?)?;
            let host = host::object(ctx, shared)?;
            let controller: Object<'_> = boot.call((host,))?;
            let get = |name: &str| -> rquickjs::Result<Persistent<Function<'static>>> {
                let function: Function<'_> = controller.get(name)?;
                Ok(Persistent::save(ctx, function))
            };
            Ok(Self {
                start: get("start")?,
                settle: get("settle")?,
                status: get("status")?,
                finish: get("finish")?,
                abort: get("abort")?,
                rejected: get("rejected")?,
            })
        };
        load().catch(ctx).map_err(|error| SandboxError(describe(&error)))
    }
}

fn describe(error: &CaughtError<'_>) -> String {
    match error {
        CaughtError::Exception(exception) => {
            let message = exception.message().unwrap_or_default();
            format!("{message} {}", exception.stack().unwrap_or_default())
        }
        other => other.to_string(),
    }
}

fn parse_outcome(text: &str) -> Result<Outcome, SandboxError> {
    let mut value: serde_json::Value = serde_json::from_str(text).map_err(|e| SandboxError(format!("outcome: {e}")))?;
    let mut take = |key: &str| value.get_mut(key).map(serde_json::Value::take).filter(|v| !v.is_null());
    let error = take("error").map(|error| script_error(&error));
    let request = take("request");
    let next_request =
        take("nextRequest").map(|next| next.get("value").and_then(serde_json::Value::as_str).map(str::to_owned));
    let skipped = take("skipped").is_some_and(|v| v == serde_json::Value::Bool(true));
    let unsettled = take("unsettled").and_then(|v| serde_json::from_value::<Vec<String>>(v).ok()).unwrap_or_default();
    let (changes, variables) = scope_changes(take("scopes"));
    Ok(Outcome { error, changes, variables, request, next_request, skipped, unsettled })
}

/// Reads what a script changed: `{environment: [["set", key, value], …], …, variables: {replace: [entries]}}`.
pub fn scope_changes(scopes: Option<serde_json::Value>) -> (Vec<ScopeChanges>, Option<serde_json::Value>) {
    let mut changes = Vec::new();
    let mut variables = None;
    if let Some(serde_json::Value::Object(scopes)) = scopes {
        for (scope, log) in scopes {
            match log {
                serde_json::Value::Array(entries) => {
                    let changed: Vec<ScopeChange> = entries.iter().filter_map(scope_change).collect();
                    if !changed.is_empty() {
                        changes.push(ScopeChanges { scope, changes: changed });
                    }
                }
                serde_json::Value::Object(mut map) if scope == "variables" => variables = map.remove("replace"),
                _ => {}
            }
        }
    }
    (changes, variables)
}

fn scope_change(entry: &serde_json::Value) -> Option<ScopeChange> {
    let key = || entry.get(1).and_then(serde_json::Value::as_str).map(str::to_owned);
    match entry.get(0)?.as_str()? {
        "set" => Some(ScopeChange::Set(key()?, entry.get(2).cloned().unwrap_or(serde_json::Value::Null))),
        "unset" => Some(ScopeChange::Unset(key()?)),
        "clear" => Some(ScopeChange::Clear),
        _ => None,
    }
}

/// Reads `{name, message, stack, line, column}`.
pub(super) fn script_error(value: &serde_json::Value) -> ScriptError {
    let text = |key: &str| value.get(key).and_then(serde_json::Value::as_str).map(str::to_owned);
    let number = |key: &str| value.get(key).and_then(serde_json::Value::as_u64).and_then(|n| u32::try_from(n).ok());
    ScriptError {
        name: text("name"),
        message: text("message"),
        stack: text("stack"),
        line: number("line"),
        column: number("column"),
        compared: value.get("compared").and_then(|sides| {
            let side = |key: &str| sides.get(key).cloned();
            Some(Arc::new(Compared { actual: side("actual")?, expected: side("expected")? }))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Phase;
    use crate::script::ConsoleStyle;

    /// A host with one response.
    struct Fixed;

    impl ScriptHost for Fixed {
        fn scope(&self, name: &str) -> String {
            if name == "iterationData" { "{}".to_owned() } else { "[]".to_owned() }
        }
        fn scope_meta(&self, _: &str) -> String {
            "{}".to_owned()
        }
        fn request(&self) -> String {
            r#"{"url": "http://h/x", "method": "GET", "header": []}"#.to_owned()
        }
        fn response(&self) -> String {
            r#"{"code": 200, "status": "OK", "header": [{"key": "A", "value": "1"}], "responseTime": 3,
                "responseSize": 11, "downloadedBytes": 11, "sizes": {"body": 11, "header": 20, "total": 31}, "cookies": []}"#
                .to_owned()
        }
        fn body_text(&self) -> String {
            r#"{"ok": true}"#.to_owned()
        }
        fn body_bytes(&self) -> Vec<u8> {
            self.body_text().into_bytes()
        }
        fn dynamic(&self, _: &str) -> Option<String> {
            None
        }
    }

    fn run(sandbox: &Sandbox, source: &str) -> (Outcome, Vec<SandboxEvent>) {
        let job = ScriptJob {
            phase: Phase::Test,
            source,
            iteration: 0,
            iteration_count: 1,
            request_name: "r",
            request_id: "id",
            request_description: None,
            location: vec!["c", "r"],
            owner: "r",
            failed: false,
            console: ConsoleStyle::default(),
        };
        let mut step = sandbox.start(&job, Rc::new(Fixed)).expect("starts");
        loop {
            match step {
                Step::Done(outcome) => return (*outcome, sandbox.take_events()),
                Step::Waiting(calls) => {
                    let id = calls.first().expect("an effect").id;
                    step = sandbox.settle(id, &json!({})).expect("goes on");
                }
            }
        }
    }

    #[test]
    fn runs_tests_and_carries_changes() {
        let sandbox = Sandbox::new(Limits::default()).expect("boots");
        let (outcome, events) = run(
            &sandbox,
            "pm.test('status', () => pm.response.to.have.status(201));
             pm.test('json', () => pm.expect(pm.response.json().ok).to.be.true);
             pm.environment.set('a', 1); console.log('x', {b: 2}); leak = 5;
             setTimeout(() => pm.test('later', () => {}), 10);",
        );
        assert!(outcome.error.is_none(), "{:?}", outcome.error);
        let assertions: Vec<(String, Option<String>)> = events
            .iter()
            .filter_map(|event| match event {
                SandboxEvent::Assertion(a) => Some((a.name.clone(), a.error.as_ref().and_then(|e| e.message.clone()))),
                _ => None,
            })
            .collect();
        assert_eq!(
            assertions,
            [
                ("status".into(), Some("expected response to have status code 201 but got 200".into())),
                ("json".into(), None),
                ("later".into(), None)
            ]
        );
        assert!(events.iter().any(|e| matches!(e, SandboxEvent::Console { text, .. } if text == "'x', { b: 2 }")));
        assert_eq!(outcome.changes.len(), 1);
        let (outcome, _) = run(&sandbox, "if (leak !== 5) throw new Error('lost')");
        assert!(outcome.error.is_none(), "{:?}", outcome.error);
    }

    /// Runs a script of tests; every one of them must pass.
    fn all_pass(script: &str, count: usize) {
        let sandbox = Sandbox::new(Limits { time: None, ..Limits::default() }).expect("boots");
        let (outcome, events) = run(&sandbox, script);
        assert!(outcome.error.is_none(), "{:?}", outcome.error);
        let mut made = 0;
        for event in events {
            if let SandboxEvent::Assertion(assertion) = event {
                made += 1;
                let message = assertion.error.and_then(|error| error.message);
                assert_eq!(message, None, "{}", assertion.name);
            }
        }
        assert_eq!(made, count);
    }

    #[test]
    fn native_ciphers_agree_with_the_library() {
        all_pass(include_str!("../../tests/sandbox/native/crypto.js"), 18);
    }

    #[test]
    fn web_crypto_agrees_with_nodes() {
        let vectors = include_str!("../../tests/sandbox/native/web-crypto.json");
        let script = include_str!("../../tests/sandbox/native/web-crypto.js");
        all_pass(&format!("const VECTORS = {vectors};\n{script}"), 36);
    }

    #[test]
    fn endless_loops_end() {
        let limits = Limits { time: Some(Duration::from_millis(50)), ..Limits::default() };
        let sandbox = Sandbox::new(limits).expect("boots");
        let (outcome, _) = run(&sandbox, "while (true) {}");
        let message = outcome.error.and_then(|e| e.message).unwrap_or_default();
        assert!(message.contains("timeout"), "{message}");
        let (outcome, _) = run(&sandbox, "pm.test('still here', () => {})");
        assert!(outcome.error.is_none());
    }
}
