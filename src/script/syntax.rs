//! Whether a script parses, without running it.
//!
//! A script is the body of a function, as in the sandbox (`js/boot/compile.js`), and the function is never called. A text could
//! close that function and go on outside of it; so the function stands inside of brackets that are chosen at random, which such a
//! text cannot close, and it does not parse. The engine has nothing but the language in it, no `pm` and no host, and a time limit.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use rquickjs::context::EvalOptions;
use rquickjs::{CatchResultExt, CaughtError, Coerced, Context, Ctx, FromJs, Runtime, Value};

use super::sandbox::SandboxError;

/// Why a script does not parse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxProblem {
    /// What the engine says.
    pub message: String,
    /// Line of the script, from 1; `None` where the engine did not say.
    pub line: Option<usize>,
    /// Column, from 1.
    pub column: Option<usize>,
}

/// Bytes that a script may take to parse.
const MEMORY: usize = 256 << 20;
/// Bytes of the engine's stack.
const STACK: usize = 4 << 20;
/// How long a script may take to parse.
const TIME: Duration = Duration::from_secs(2);

/// Parses scripts.
pub struct SyntaxChecker {
    // Dropped in this order.
    context: Context,
    deadline: Rc<Cell<Option<Instant>>>,
    _runtime: Runtime,
}

impl SyntaxChecker {
    /// Starts a bare engine.
    ///
    /// # Errors
    /// When the engine cannot be started.
    pub fn new() -> Result<Self, SandboxError> {
        let runtime = Runtime::new().map_err(|error| SandboxError::new(&error))?;
        runtime.set_memory_limit(MEMORY);
        runtime.set_max_stack_size(STACK);
        let deadline = Rc::new(Cell::new(None::<Instant>));
        let limit = Rc::clone(&deadline);
        runtime.set_interrupt_handler(Some(Box::new(move || limit.get().is_some_and(|limit| Instant::now() >= limit))));
        let context = Context::full(&runtime).map_err(|error| SandboxError::new(&error))?;
        Ok(Self { context, deadline, _runtime: runtime })
    }

    /// What keeps a script from being parsed; `None` for a good one.
    pub fn check(&self, source: &str) -> Option<SyntaxProblem> {
        let kind = if source.contains("await") { "async function" } else { "function" };
        let function = format!("{kind} () {{\n{source}\n;}}");
        let (open, close) = brackets();
        let text = format!("{open}{function}{close}");
        self.deadline.set(Some(Instant::now() + TIME));
        self.context.with(|ctx| {
            let mut options = EvalOptions::default();
            options.strict = false;
            options.filename = Some("script.js".to_owned());
            let value = ctx.eval_with_options::<Value<'_>, _>(text.as_str(), options).catch(&ctx);
            match value {
                Ok(value) => (source_of(&ctx, value).as_deref() != Some(&*function)).then(closes),
                Err(CaughtError::Exception(exception)) => {
                    let place = place(&exception.stack().unwrap_or_default());
                    // The wrapper's head is a line of its own.
                    Some(SyntaxProblem {
                        message: exception.message().unwrap_or_default(),
                        line: place.map(|(line, _)| line.saturating_sub(1).clamp(1, source.lines().count().max(1))),
                        column: place.map(|(_, column)| column),
                    })
                }
                Err(_) => Some(closes()),
            }
        })
    }
}

/// Opening and closing brackets that nobody can foresee.
fn brackets() -> (String, String) {
    let choice: u64 = rand::random();
    let round = |at: u32| choice >> at & 1 == 1;
    let open = (0..u64::BITS).map(|at| if round(at) { '(' } else { '[' }).collect::<String>() + "(";
    let close = ")".to_owned() + &(0..u64::BITS).rev().map(|at| if round(at) { ')' } else { ']' }).collect::<String>();
    (open, close)
}

/// The text of a function inside of lists, as the engine kept it; `None` for anything else.
fn source_of<'js>(ctx: &Ctx<'js>, mut value: Value<'js>) -> Option<String> {
    while let Some(list) = value.as_array() {
        value = list.get(0).ok()?;
    }
    if !value.is_function() {
        return None;
    }
    Coerced::<String>::from_js(ctx, value).ok().map(|text| text.0)
}

fn closes() -> SyntaxProblem {
    SyntaxProblem { message: "a brace is closed that was never opened".to_owned(), line: None, column: None }
}

/// Line and column in `    at script.js:3:7`.
fn place(stack: &str) -> Option<(usize, usize)> {
    let (_, rest) = stack.split_once("script.js:")?;
    let mut numbers = rest.split(|c: char| !c.is_ascii_digit()).map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_scripts_pass_and_nothing_runs() {
        let checker = SyntaxChecker::new().expect("starts");
        for source in [
            "",
            "// only a comment",
            "return; let pm = 1",
            "with ({}) { x = 010 }",
            "const a = await pm.sendRequest('x');",
            "while (true) {}",
            "throw new Error('ran')",
            "let re = /[a-z]+/u; class A { #x = 1 }",
            "const {a, ...b} = c ?? {}; a?.b",
        ] {
            assert_eq!(checker.check(source), None, "{source}");
        }
    }

    #[test]
    fn broken_scripts_have_a_place() {
        let checker = SyntaxChecker::new().expect("starts");
        let problem = checker.check("let a = 1;\nlet b = ;\n").expect("broken");
        assert_eq!(problem.line, Some(2));
        assert!(problem.message.contains("unexpected token"), "{problem:?}");
        assert!(checker.check("pm.test('x', () => {").is_some());
        assert!(checker.check("a b").is_some());
    }

    #[test]
    fn texts_that_close_the_function_around_them_are_wrong_and_harmless() {
        let checker = SyntaxChecker::new().expect("starts");
        for source in
            ["}); throw 1; (function () {", "}, 1, function () {", "})(); (function () {", "}); while (true) {} ({x(){"]
        {
            let problem = checker.check(source).unwrap_or_else(|| panic!("{source}"));
            assert!(!problem.message.is_empty());
        }
        assert_eq!(checker.check("ok()"), None);
    }
}
