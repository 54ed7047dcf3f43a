//! What does reading a large collection cost? 50 MB: requests with scripts of 40 lines, bodies of 2 kB and a saved response of 4 kB.
//!
//! `cargo bench --bench load` prints the median of several runs of each step; nothing passes or fails by time. The goal is half
//! a second from bytes to plan.

use std::hint::black_box;
use std::time::{Duration, Instant};

use postbud::collection::{Collection, read};
use postbud::plan::Plan;
use serde_json::{Value, json};

const SIZE: usize = 50_000_000;

fn item(number: usize) -> Value {
    let lines: Vec<String> = (0..40)
        .map(|line| format!("pm.test('line {line} of {number}', () => pm.expect(pm.response.code).to.eql(200));"))
        .collect();
    let body = json!({"id": number, "text": "blåbærsyltetøy ".repeat(120)}).to_string();
    let answer = json!({"list": (0..80).map(|n| json!({"n": n, "name": format!("entry {n} \"{number}\"")})).collect::<Vec<_>>()});
    json!({
        "name": format!("Request {number}"),
        "event": [{"listen": "test", "script": {"type": "text/javascript", "exec": lines}}],
        "request": {
            "method": "POST",
            "header": [{"key": "Accept", "value": "application/json"}, {"key": "X-Number", "value": number.to_string()}],
            "body": {"mode": "raw", "raw": body, "options": {"raw": {"language": "json"}}},
            "url": {"raw": "{{base}}/a/:id?q=1", "host": ["{{base}}"], "path": ["a", ":id"],
                "query": [{"key": "q", "value": "1"}], "variable": [{"key": "id", "value": number.to_string()}]},
        },
        "response": [{"name": "ok", "code": 200, "status": "OK", "body": answer.to_string()}],
    })
}

/// A collection of that many bytes, fifty requests a folder, as Postman writes it.
fn collection(size: usize) -> Vec<u8> {
    let one = serde_json::to_vec_pretty(&item(0)).map_or(1, |text| text.len());
    let folders: Vec<Value> = (0..=size / (one * 56))
        .map(|folder| {
            let items: Vec<Value> = (0..50).map(|number| item(folder * 50 + number)).collect();
            json!({"name": format!("Folder {folder}"), "item": items})
        })
        .collect();
    serde_json::to_vec_pretty(&json!({"info": {"name": "Large"}, "item": folders})).unwrap_or_default()
}

fn median(mut step: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..7)
        .map(|_| {
            let start = Instant::now();
            step();
            start.elapsed()
        })
        .collect();
    times.sort();
    times[times.len() / 2]
}

fn main() {
    let bytes = collection(SIZE);
    println!("{:.1} MB", bytes.len() as f64 / 1e6);
    println!("JSON      {:?}", median(|| drop(black_box(serde_json::from_slice::<Value>(&bytes)))));
    println!("read      {:?}", median(|| drop(black_box(read("c.json", &bytes)))));
    let Ok(document) = read("c.json", &bytes) else { return };
    println!("typed     {:?}", median(|| drop(black_box(Collection::from_value(document.value.clone())))));
    println!("  (clone) {:?}", median(|| drop(black_box(document.value.clone()))));
    let whole = Collection::from_value(document.value);
    println!("plan      {:?}", median(|| drop(black_box(Plan::of(&whole)))));
    let all = median(|| {
        if let Ok(document) = read("c.json", &bytes) {
            let whole = Collection::from_value(document.value);
            drop(black_box(Plan::of(&whole)));
        }
    });
    println!("all       {all:?}, and freed again");
}
