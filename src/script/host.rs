//! The functions that Rust gives to the boot script, and the state behind them.

use std::cell::{Cell, RefCell};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Instant;

use rquickjs::context::EvalOptions;
use rquickjs::{Ctx, Exception, Function, Object, Result, Value};

use super::builtins;
use super::engine;
use super::job::{HostCall, HostCallKind, SandboxEvent, ScriptHost};
use super::native;
use super::sandbox::script_error;
use crate::event::{Assertion, AssertionSource, Phase};

/// A script that waits for the script inside of it: what it may read, and its phase.
type Outer = (Rc<dyn ScriptHost>, Option<Phase>);

/// State shared between the sandbox and the functions it gave away.
#[derive(Default)]
pub(super) struct Shared {
    /// What the current script may read.
    host: RefCell<Option<Rc<dyn ScriptHost>>>,
    phase: Cell<Option<Phase>>,
    /// Scripts that wait for a request they run, with the script of that request inside.
    outer: RefCell<Vec<Outer>>,
    /// Where `pm.require` finds packages.
    pub(super) packages: RefCell<Option<PathBuf>>,
    next_call: Cell<u32>,
    /// Effects that were started in this turn.
    pub(super) calls: RefCell<Vec<HostCall>>,
    /// Timers that were cancelled in this turn.
    pub(super) cancelled: RefCell<Vec<u32>>,
    /// What happened.
    pub(super) events: RefCell<Vec<SandboxEvent>>,
    /// When the current turn is interrupted.
    pub(super) deadline: Cell<Option<Instant>>,
}

impl Shared {
    /// A script begins.
    pub(super) fn begin(&self, host: Rc<dyn ScriptHost>, phase: Phase) {
        if let Some(outer) = self.host.borrow_mut().replace(host) {
            self.outer.borrow_mut().push((outer, self.phase.get()));
        }
        self.phase.set(Some(phase));
        self.calls.borrow_mut().clear();
    }

    /// Whether a script is running.
    pub(super) fn is_active(&self) -> bool {
        self.host.borrow().is_some()
    }

    /// The script is over: nothing of its request may be kept alive. The one that waits for it goes on.
    pub(super) fn end(&self) {
        let outer = self.outer.borrow_mut().pop();
        if let Some((_, phase)) = &outer {
            self.phase.set(*phase);
        }
        *self.host.borrow_mut() = outer.map(|(host, _)| host);
    }

    /// The text of a package; names cannot lead out of the folder.
    fn package(&self, name: &str) -> Option<String> {
        let folder = self.packages.borrow().clone()?;
        let inside =
            std::path::Path::new(name).components().all(|part| matches!(part, std::path::Component::Normal(_)));
        if name.is_empty() || !inside {
            return None;
        }
        let files = [folder.join(format!("{name}.js")), folder.join(name).join("index.js")];
        files.iter().find_map(|file| std::fs::read_to_string(file).ok())
    }

    fn with_host(&self, read: impl FnOnce(&dyn ScriptHost) -> String) -> String {
        let host = self.host.borrow().clone();
        host.map_or_else(|| "null".to_owned(), |host| read(&*host))
    }

    fn emit(&self, kind: &str, json: &str) {
        let value: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
        let text = |key: &str| value.get(key).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        let event = match kind {
            "assertion" => SandboxEvent::Assertion(Assertion {
                name: text("name"),
                index: value.get("index").and_then(serde_json::Value::as_u64).unwrap_or_default() as u32,
                skipped: value.get("skipped") == Some(&serde_json::Value::Bool(true)),
                error: value.get("error").filter(|error| !error.is_null()).map(script_error),
                source: AssertionSource::Script(self.phase.get().unwrap_or(Phase::Test)),
            }),
            "console" => SandboxEvent::Console { level: text("level"), text: text("text") },
            "deprecated" => SandboxEvent::Deprecated { name: text("name"), text: text("text") },
            // newman ignores what a visualizer would show, and so does every report of ours.
            "visualizer" => return,
            _ if value.get("rejected").is_some() => SandboxEvent::Rejection(script_error(&value)),
            _ => SandboxEvent::Exception(script_error(&value)),
        };
        self.events.borrow_mut().push(event);
    }

    fn call(&self, kind: &str, json: &str) -> u32 {
        let id = self.next_call.get().wrapping_add(1);
        self.next_call.set(id);
        let mut arguments: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
        let parsed = HostCallKind::parse(kind);
        if parsed == HostCallKind::Unsupported {
            arguments = serde_json::json!({"kind": kind});
        }
        self.calls.borrow_mut().push(HostCall { id, kind: parsed, arguments });
        id
    }
}

/// The `host` object of the contract.
pub(super) fn object<'js>(ctx: &Ctx<'js>, shared: &Rc<Shared>) -> Result<Object<'js>> {
    let host = Object::new(ctx.clone())?;
    let state = || Rc::clone(shared);
    let s = state();
    host.set("scope", function(ctx, move |name: String| s.with_host(|h| h.scope(&name)))?)?;
    let s = state();
    host.set("scopeMeta", function(ctx, move |name: String| s.with_host(|h| h.scope_meta(&name)))?)?;
    let s = state();
    host.set("request", Function::new(ctx.clone(), move || s.with_host(|h| h.request()))?)?;
    let s = state();
    host.set("response", Function::new(ctx.clone(), move || s.with_host(|h| h.response()))?)?;
    let s = state();
    host.set("bodyText", Function::new(ctx.clone(), move || s.with_host(|h| h.body_text()))?)?;
    let s = state();
    host.set(
        "bodyBytes",
        Function::new(ctx.clone(), move |ctx: Ctx<'js>| {
            let host = s.host.borrow().clone();
            rquickjs::ArrayBuffer::new(ctx, host.map(|h| h.body_bytes()).unwrap_or_default())
        })?,
    )?;
    let s = state();
    host.set("emit", Function::new(ctx.clone(), move |kind: String, json: String| s.emit(&kind, &json))?)?;
    let s = state();
    host.set("call", Function::new(ctx.clone(), move |kind: String, json: String| s.call(&kind, &json))?)?;
    let s = state();
    host.set(
        "cancel",
        Function::new(ctx.clone(), move |id: u32| {
            s.cancelled.borrow_mut().push(id);
            s.events.borrow_mut().push(SandboxEvent::Cancelled(id));
        })?,
    )?;
    let s = state();
    host.set(
        "dynamic",
        Function::new(ctx.clone(), move |name: String| {
            let host = s.host.borrow().clone();
            host.and_then(|h| h.dynamic(&name))
        })?,
    )?;
    let s = state();
    host.set("library", Function::new(ctx.clone(), move |ctx: Ctx<'js>, name: String| library(&ctx, &s, &name))?)?;
    let s = state();
    host.set("package", Function::new(ctx.clone(), move |name: String| s.package(&name))?)?;
    host.set("compile", Function::new(ctx.clone(), compile)?)?;
    native::add(ctx, &host)?;
    Ok(host)
}

fn function<'js, F>(ctx: &Ctx<'js>, f: F) -> Result<Function<'js>>
where
    F: Fn(String) -> String + 'js,
{
    Function::new(ctx.clone(), f)
}

/// Evaluates a text as a sloppy global script, under its own file name so that positions in errors are those of the text.
#[expect(clippy::needless_pass_by_value, reason = "the engine gives arguments away")]
fn compile(ctx: Ctx<'_>, text: String, file: String) -> Result<Value<'_>> {
    let mut options = EvalOptions::default();
    options.global = true;
    options.strict = false;
    options.filename = Some(file);
    ctx.eval_with_options(text, options)
}

/// Loads a library. Its time is the engine's, not the script's, so the script's deadline stands still meanwhile.
fn library<'js>(ctx: &Ctx<'js>, shared: &Shared, name: &str) -> Result<Value<'js>> {
    let Some(bytecode) = builtins::bundle(name) else { return Ok(Value::new_undefined(ctx.clone())) };
    let deadline = shared.deadline.take();
    let started = Instant::now();
    let loaded = engine::load_default(ctx, bytecode);
    shared.deadline.set(deadline.map(|deadline| deadline + started.elapsed()));
    loaded.map_err(|error| match error {
        rquickjs::Error::WouldBlock => Exception::throw_message(ctx, "a library did not load at once"),
        other => other,
    })
}
