//! Any bytes as a response: its head, then its body in chunks, whole and in two pieces.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for lenient in [false, true] {
        postbud::http::fuzzing::response(bytes, lenient);
    }
});
