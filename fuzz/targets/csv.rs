//! Any bytes as iteration data; the first byte says how they are read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use postbud::environment::data::{DataFile, DataOptions, DataTypes};

fuzz_target!(|bytes: &[u8]| {
    let Some((how, bytes)) = bytes.split_first() else { return };
    let types = if how & 1 == 0 { DataTypes::Strict } else { DataTypes::Newman };
    let delimiter = if how & 2 == 0 { b',' } else { b';' };
    let name = if how & 4 == 0 { "rows.csv" } else { "rows.json" };
    match DataFile::from_bytes(name, bytes.to_vec(), DataOptions { types, delimiter }) {
        Ok(mut data) => {
            let rows = data.row_count();
            for row in 0..rows + 1 {
                data.row(row).expect("a file that was read once is read again");
            }
            // Going back reads the file again.
            data.row(0).expect("the first row");
        }
        Err(error) => drop(error.to_string()),
    }
});
