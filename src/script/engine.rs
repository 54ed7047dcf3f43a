//! The two places where the script engine's interface asks for `unsafe`.
#![expect(unsafe_code, reason = "rquickjs marks loading bytecode and reading array buffers as unsafe; see each use")]

use rquickjs::{ArrayBuffer, Ctx, Module, Object, Result, Value};

/// Loads a bundle's bytecode and gives its default export.
pub(super) fn load_default<'js>(ctx: &Ctx<'js>, bytecode: &'static [u8]) -> Result<Value<'js>> {
    // SAFETY: the bytes were written by this very version of the engine in `build.rs`, are embedded in the binary and
    // never change, so they are valid bytecode for the whole life of the process (the engine keeps pointers into them).
    let module = unsafe { Module::load(ctx.clone(), bytecode)? };
    let (module, promise) = module.eval()?;
    promise.finish::<()>()?;
    let namespace: Object<'js> = module.namespace()?;
    namespace.get("default")
}

/// A copy of an array buffer's bytes; empty when it is detached.
pub(super) fn bytes_of(buffer: &ArrayBuffer<'_>) -> Vec<u8> {
    // SAFETY: the slice is copied before any JavaScript can run again, so nothing can detach or change the buffer meanwhile.
    unsafe { buffer.as_bytes() }.map(<[u8]>::to_vec).unwrap_or_default()
}
