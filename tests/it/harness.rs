//! The binary with a builder around it, and a scripted HTTP server on a free port of loopback.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

/// A request as the server received it.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    /// The first header of that name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// What the server answers.
pub(crate) struct Answer {
    pub(crate) code: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// JSON with this status.
    pub(crate) fn json(code: u16, body: &serde_json::Value) -> Self {
        Self::new(code, body.to_string()).header("Content-Type", "application/json")
    }

    /// A body without a type.
    pub(crate) fn new(code: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { code, headers: Vec::new(), body: body.into() }
    }

    /// Adds a header.
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

impl From<(u16, String)> for Answer {
    fn from((code, body): (u16, String)) -> Self {
        Self::new(code, body).header("Content-Type", "application/json")
    }
}

/// A server that answers every request with what a function makes of it, and remembers the requests.
pub(crate) struct Server {
    pub(crate) port: u16,
    log: Arc<Mutex<Vec<Received>>>,
}

impl Server {
    /// Starts a server; it ends with the test's process.
    pub(crate) fn start<A: Into<Answer>>(answer: impl Fn(&Received) -> A + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let log = Arc::new(Mutex::new(Vec::new()));
        let (shared, answer) = (Arc::clone(&log), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (shared, answer) = (Arc::clone(&shared), Arc::clone(&answer));
                std::thread::spawn(move || serve(&stream, &shared, &|request| answer(request).into()));
            }
        });
        Self { port, log }
    }

    /// A server that answers 200 with a JSON echo of the request.
    pub(crate) fn echo() -> Self {
        Self::start(|request| {
            let body = serde_json::json!({"method": request.method, "url": request.target, "body": request.text()});
            (200, body.to_string())
        })
    }

    /// `http://127.0.0.1:PORT`.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What arrived so far.
    pub(crate) fn requests(&self) -> Vec<Received> {
        self.log.lock().expect("no panic while logging").clone()
    }
}

fn serve(stream: &TcpStream, log: &Mutex<Vec<Received>>, answer: &dyn Fn(&Received) -> Answer) {
    let mut reader = BufReader::new(stream);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let mut words = line.split_whitespace();
        let (method, target) =
            (words.next().unwrap_or_default().to_owned(), words.next().unwrap_or_default().to_owned());
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 || line.trim().is_empty() {
                break;
            }
            if let Some((key, value)) = line.trim_end().split_once(':') {
                headers.push((key.to_owned(), value.trim().to_owned()));
            }
        }
        let length = headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case("content-length"))
            .and_then(|(_, value)| value.parse().ok())
            .unwrap_or(0);
        let mut body = vec![0; length];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        let request = Received { method, target, headers, body };
        log.lock().expect("no panic while logging").push(request.clone());
        let Answer { code, headers, body } = answer(&request);
        let mut head = format!("HTTP/1.1 {code} X\r\nContent-Length: {}\r\n", body.len());
        for (name, value) in headers {
            head.extend([name, ": ", &value, "\r\n"]);
        }
        head.push_str("\r\n");
        // In one piece: a body of its own would wait for the head's acknowledgement.
        let mut answer = head.into_bytes();
        answer.extend_from_slice(&body);
        let mut writer = stream;
        if writer.write_all(&answer).is_err() {
            return;
        }
    }
}

/// One call of the binary in a folder of its own.
pub(crate) struct Postbud {
    pub(crate) folder: tempfile::TempDir,
    args: Vec<String>,
    envs: Vec<(String, String)>,
    /// Columns of the terminal that it runs in.
    terminal: Option<usize>,
    input: Option<String>,
}

/// What a call gave.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) folder: tempfile::TempDir,
}

impl Ran {
    /// A file that the call wrote.
    pub(crate) fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name))
            .unwrap_or_else(|error| panic!("{name}: {error}\nstdout: {}\nstderr: {}", self.stdout, self.stderr))
    }

    /// A JSON file that the call wrote.
    pub(crate) fn json(&self, name: &str) -> serde_json::Value {
        serde_json::from_str(&self.file(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Asserts that the terminal shows a text.
    pub(crate) fn expect_shown(self, text: &str) -> Self {
        let both = format!("{}{}", self.stdout, self.stderr);
        assert!(both.contains(text), "\"{text}\" is not shown: {both}");
        self
    }

    /// Asserts the exit code, showing the output where it differs.
    pub(crate) fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }
}

impl Postbud {
    /// `postbud COMMAND`.
    pub(crate) fn new(command: &str) -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            args: vec![command.to_owned()],
            envs: Vec::new(),
            terminal: None,
            input: None,
        }
    }

    /// `postbud run c.json` with this collection.
    pub(crate) fn run(collection: &serde_json::Value) -> Self {
        Self::new("run").file("c.json", &collection.to_string()).arg("c.json")
    }

    /// Writes a file into the folder.
    pub(crate) fn file(self, name: &str, text: &str) -> Self {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        std::fs::write(path, text).expect("written");
        self
    }

    /// Adds a word.
    pub(crate) fn arg(mut self, word: impl Into<String>) -> Self {
        self.args.push(word.into());
        self
    }

    /// Adds words.
    pub(crate) fn args(mut self, words: &[&str]) -> Self {
        self.args.extend(words.iter().map(|word| (*word).to_owned()));
        self
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.envs.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Lets it run in a pseudo-terminal, whose output is that of the call; needs `python3`.
    pub(crate) fn in_terminal(mut self, columns: usize) -> Self {
        self.terminal = Some(columns);
        self
    }

    /// What it reads from standard input.
    pub(crate) fn input(mut self, text: &str) -> Self {
        self.input = Some(text.to_owned());
        self
    }

    /// Starts it.
    pub(crate) fn spawn(self) -> Running {
        let binary = env!("CARGO_BIN_EXE_postbud");
        let mut command = Command::new(if self.terminal.is_some() { "python3" } else { binary });
        command.current_dir(self.folder.path()).env("NO_COLOR", "1").env("TZ", "UTC");
        if let Some(columns) = self.terminal {
            command.arg(repository("tests/tools/terminal.py")).arg(columns.to_string()).arg(binary);
            command.env_remove("NO_COLOR").env("TERM", "xterm");
        }
        command.args(&self.args);
        for name in [
            "CI",
            "HTTP_PROXY",
            "http_proxy",
            "HTTPS_PROXY",
            "https_proxy",
            "ALL_PROXY",
            "all_proxy",
            "POSTMAN_API_KEY",
            "POSTMAN_API_URL",
        ] {
            command.env_remove(name);
        }
        let input = if self.input.is_some() { Stdio::piped() } else { Stdio::null() };
        let mut child = command
            .envs(self.envs)
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        if let (Some(text), Some(mut pipe)) = (self.input, child.stdin.take()) {
            pipe.write_all(text.as_bytes()).expect("it reads its input");
        }
        Running { child, folder: self.folder }
    }

    /// Runs it.
    pub(crate) fn go(self) -> Ran {
        self.spawn().end()
    }
}

/// The binary while it runs; it does not outlive the test.
pub(crate) struct Running {
    child: Child,
    pub(crate) folder: tempfile::TempDir,
}

impl Running {
    /// Reads lines of its output up to one that begins so.
    pub(crate) fn read_until(&mut self, start: &str) {
        let mut output = BufReader::new(self.child.stdout.as_mut().expect("a pipe"));
        let mut seen = String::new();
        loop {
            let mut line = String::new();
            assert!(output.read_line(&mut line).expect("text") > 0, "it ended before \"{start}\": {seen}");
            if line.starts_with(start) {
                return;
            }
            seen.push_str(&line);
        }
    }

    /// Reads lines of its output up to one that holds a text, and gives that one.
    pub(crate) fn read_line_with(&mut self, text: &str) -> String {
        let mut output = BufReader::new(self.child.stdout.as_mut().expect("a pipe"));
        loop {
            let mut line = String::new();
            assert!(output.read_line(&mut line).expect("text") > 0, "it ended before \"{text}\"");
            if line.contains(text) {
                return line;
            }
        }
    }

    /// Sends it a signal.
    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        let sent =
            Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().expect("kill is there");
        assert!(sent.success());
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> Ran {
        let mut errors = self.child.stderr.take().expect("a pipe");
        let errors = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            errors.read_to_end(&mut bytes).map(|_| bytes)
        });
        let mut stdout = Vec::new();
        if let Some(mut pipe) = self.child.stdout.take() {
            pipe.read_to_end(&mut stdout).expect("its output can be read");
        }
        let status = self.child.wait().expect("it ends");
        let stderr = errors.join().expect("a reader").expect("its errors can be read");
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().expect("a folder"));
        Ran {
            code: status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&stdout).into_owned(),
            stderr: String::from_utf8_lossy(&stderr).into_owned(),
            folder,
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Nothing to do where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A file of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A file of published material, in the folder that `SHARED` names or in `../shared`; `None`, with a visible line, where
/// it is absent.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let full = std::env::var_os("SHARED").map_or(beside, PathBuf::from).join(path);
    if full.exists() {
        return Some(full);
    }
    skipped(&format!("{} is not there", full.display()));
    None
}

/// Says that a test did nothing, also where the output of passing tests is not shown.
pub(crate) fn skipped(why: &str) {
    // The harness of tests catches what goes through `eprintln!`.
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}
