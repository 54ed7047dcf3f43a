//! Bundles the JavaScript half of the sandbox and the npm libraries that Postman gives to scripts, and compiles each bundle to
//! bytecode of the very engine that will run it. Needs Node with npm; running postbud does not.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use rquickjs::module::WriteOptions;
use rquickjs::{CatchResultExt, Context, Module, Runtime};

fn main() {
    if let Err(message) = build() {
        // One line that says what to do is worth more than a backtrace of the build script.
        println!("cargo::error={}", message.replace('\n', " "));
    }
}

fn build() -> Result<(), String> {
    let source = PathBuf::from(var("CARGO_MANIFEST_DIR")?).join("src/script");
    println!("cargo::rerun-if-changed={}", source.join("libs").display());
    println!("cargo::rerun-if-changed={}", source.join("js").display());
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(var("OUT_DIR")?);
    let stage = out.join("stage");
    // The sources are staged, because npm writes beside package.json and a build writes nothing outside its own folder.
    copy_tree(&source.join("js"), &stage.join("js"))?;
    copy_tree(&source.join("libs"), &stage.join("libs"))?;
    install(&stage.join("libs"))?;
    let bundles = out.join("bundles");
    let _ = fs::remove_dir_all(&bundles);
    fs::create_dir_all(&bundles).map_err(|e| format!("cannot create {}: {e}", bundles.display()))?;
    let mut node = Command::new("node");
    node.arg(stage.join("libs/bundle.mjs")).arg(&bundles).current_dir(stage.join("libs"));
    run(&mut node, "bundling the script libraries")?;
    compile(&bundles, &out)
}

fn var(name: &str) -> Result<String, String> {
    env::var(name).map_err(|_| format!("cargo did not set {name}"))
}

/// `npm ci`, unless the lock file is the one that was installed last.
fn install(libs: &Path) -> Result<(), String> {
    let lock = fs::read_to_string(libs.join("package-lock.json")).map_err(|e| format!("package-lock.json: {e}"))?;
    let stamp = libs.join(".installed-lock");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]).current_dir(libs);
    run(&mut npm, "installing the script libraries")?;
    fs::write(&stamp, lock).map_err(|e| format!("{}: {e}", stamp.display()))
}

fn run(command: &mut Command, what: &str) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| {
        format!("{what} needs `{name}`, which could not be started ({error}): install Node 18 or newer with npm")
    })?;
    if output.status.success() {
        return Ok(());
    }
    // What went wrong stands first; the stack of the tool follows.
    let errors = String::from_utf8_lossy(&output.stderr);
    let told: Vec<&str> = errors.lines().filter(|line| !line.trim().is_empty()).take(12).collect();
    Err(format!("{what} failed: {}", told.join(" / ")))
}

/// Copies a tree's files; leaves unchanged ones alone and `node_modules` out.
fn copy_tree(from: &Path, to: &Path) -> Result<(), String> {
    let fail = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    fs::create_dir_all(to).map_err(|e| fail(to, e))?;
    for entry in fs::read_dir(from).map_err(|e| fail(from, e))? {
        let entry = entry.map_err(|e| fail(from, e))?;
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_name() == "node_modules" {
            continue;
        }
        if path.is_dir() {
            copy_tree(&path, &target)?;
            continue;
        }
        let content = fs::read(&path).map_err(|e| fail(&path, e))?;
        if fs::read(&target).ok().as_ref() != Some(&content) {
            fs::write(&target, content).map_err(|e| fail(&target, e))?;
        }
    }
    Ok(())
}

/// Compiles every bundle and writes the table that `script::builtins` includes.
fn compile(bundles: &Path, out: &Path) -> Result<(), String> {
    let runtime = Runtime::new().map_err(|e| e.to_string())?;
    runtime.set_max_stack_size(4 << 20);
    let context = Context::full(&runtime).map_err(|e| e.to_string())?;
    let mut names: Vec<String> = fs::read_dir(bundles)
        .map_err(|e| e.to_string())?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_suffix(".js").map(str::to_owned))
        .collect();
    names.sort();
    let mut table = String::from(
        "/// Bytecode of each library, by name, in order.\npub(super) static BUNDLES: &[(&str, &[u8])] = &[\n",
    );
    for name in names {
        let source = fs::read(bundles.join(format!("{name}.js"))).map_err(|e| e.to_string())?;
        let bytecode = context.with(|ctx| {
            let module =
                Module::declare(ctx.clone(), name.as_str(), source).catch(&ctx).map_err(|e| format!("{name}: {e}"))?;
            let options = WriteOptions { strip_source: name != "boot", ..WriteOptions::default() };
            module.write(options).map_err(|e| format!("{name}: {e}"))
        })?;
        let path = out.join(format!("{name}.bytecode"));
        fs::write(&path, bytecode).map_err(|e| format!("{}: {e}", path.display()))?;
        let _ = writeln!(table, "    ({name:?}, include_bytes!({:?})),", path.display().to_string());
    }
    table.push_str("];\n");
    fs::write(out.join("bundles.rs"), table).map_err(|e| e.to_string())
}
