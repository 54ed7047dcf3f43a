//! Made-up collections of every form, by a seed: load, convert, load again gives the same plan.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Map, Value, json};

use super::tests::check;

/// Makes a value.
type Make = fn(&mut Maker) -> Value;

struct Maker {
    random: StdRng,
    ids: usize,
}

impl Maker {
    fn below(&mut self, limit: usize) -> usize {
        self.random.random_range(0..limit)
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    fn text(&mut self) -> String {
        const PIECES: &[&str] = &[
            "a", "B", "0", "1", " ", "/", ":", "?", "#", "&", "=", "@", ".", "-", "_", "{{x}}", "{{", "}}", "\n",
            "\r\n", "\t", "'", "\"", "\\", "é", "日", "😀", "|", ">", "[", "{", "%41", "~", "null", "yes", "<<",
        ];
        (0..self.below(6)).map(|_| self.pick(PIECES)).collect()
    }

    fn scalar(&mut self) -> Value {
        match self.below(8) {
            0 => Value::Null,
            1 => true.into(),
            2 => self.below(2000).into(),
            3 => json!({"k": [1, null]}),
            _ => self.text().into(),
        }
    }

    /// Some of these, each with its maker.
    fn map(&mut self, fields: &[(&str, Make)]) -> Map<String, Value> {
        let mut map = Map::new();
        for (key, make) in fields {
            if !self.one_in(3) {
                map.insert((*key).to_owned(), make(self));
            }
        }
        map
    }

    fn list(&mut self, most: usize, make: Make) -> Value {
        (0..self.below(most + 1)).map(|_| make(self)).collect()
    }

    fn flag(&mut self) -> Value {
        self.one_in(2).into()
    }

    fn string(&mut self) -> Value {
        self.text().into()
    }

    fn param(&mut self) -> Value {
        if self.one_in(12) {
            return self.pick(&["a=1", "b", "X: y"]).into();
        }
        let mut map = self.map(&[("value", Self::scalar), ("disabled", Self::flag), ("description", Self::string)]);
        map.insert("key".into(), self.text().into());
        Value::Object(map)
    }

    fn part(&mut self) -> Value {
        let mut map = self.map(&[
            ("value", Self::scalar),
            ("disabled", Self::flag),
            ("contentType", Self::string),
            ("fileName", Self::string),
        ]);
        map.insert("key".into(), self.text().into());
        if self.one_in(3) {
            map.insert("type".into(), "file".into());
            let src = [json!("f.txt"), json!(["a", "b"]), Value::Null][self.below(3)].clone();
            map.insert("src".into(), src);
        }
        Value::Object(map)
    }

    fn params(&mut self) -> Value {
        self.list(4, Self::param)
    }

    fn segment(&mut self) -> Value {
        if self.one_in(3) { self.pick(&[":id", ":id.json", ":no", ""]).into() } else { self.text().into() }
    }

    fn path(&mut self) -> Value {
        self.list(4, Self::segment)
    }

    fn path_variables(&mut self) -> Value {
        let key = self.pick(&["key", "id"]);
        json!([{key: "id", "value": self.text()}])
    }

    fn host(&mut self) -> Value {
        [json!("h"), json!(["a", "b"]), json!("{{base}}"), json!("http://h:80/p"), json!(["x?y", "z"])][self.below(5)]
            .clone()
    }

    fn url(&mut self) -> Value {
        if self.one_in(4) {
            return self.pick(&["http://u:p@h:1/a/:id?b=1&c#d", "{{base}}/x", "", "h"]).into();
        }
        let fields = self.map(&[
            ("protocol", |m| m.pick(&["http", "https://", "{{p}}"]).into()),
            ("auth", |m| json!({"user": m.text(), "password": "p"})),
            ("host", Self::host),
            ("port", |m| m.pick(&["80", "{{port}}", ""]).into()),
            ("path", Self::path),
            ("query", Self::params),
            ("hash", Self::string),
            ("variable", Self::path_variables),
        ]);
        Value::Object(fields)
    }

    fn body(&mut self) -> Value {
        let mut map = match self.below(6) {
            0 => json!({"mode": "urlencoded", "urlencoded": self.params()}),
            1 => json!({"mode": "formdata", "formdata": self.list(4, Self::part)}),
            2 => json!({"mode": "file", "file": {"src": "f.txt"}}),
            3 => json!({"mode": "graphql", "graphql": {"query": self.text(), "variables": self.scalar()}}),
            4 => return self.text().into(),
            _ => {
                let language = self.pick(&["json", "xml", "html", "javascript", "text"]);
                json!({"mode": "raw", "raw": self.scalar(), "options": {"raw": {"language": language}}})
            }
        };
        if self.one_in(8) {
            map["disabled"] = true.into();
        }
        map
    }

    fn auth(&mut self) -> Value {
        let kind = self.pick(&["basic", "bearer", "apikey", "noauth", "oauth1"]);
        let params = json!([{"key": "a", "value": self.scalar()}, {"key": "token", "value": self.text()}]);
        match self.below(5) {
            0 => Value::Null,
            1 => json!({"type": kind, kind: {"a": self.text(), "b": true}}),
            _ if kind == "noauth" => json!({"type": kind}),
            _ => json!({"type": kind, kind: params}),
        }
    }

    fn event(&mut self) -> Value {
        let listen = self.pick(&["test", "prerequest"]);
        let exec = [json!(self.text()), json!([self.text(), self.text()])][self.below(2)].clone();
        if self.one_in(4) {
            json!({"listen": listen, "script": exec})
        } else {
            json!({"listen": listen, "script": {"exec": exec}})
        }
    }

    fn events(&mut self) -> Value {
        self.list(3, Self::event)
    }

    fn behavior(&mut self) -> Value {
        let fields = self.map(&[
            ("maxRedirects", |m| m.below(20).into()),
            ("strictSSL", Self::flag),
            ("disableBodyPruning", Self::flag),
            ("disabledSystemHeaders", |m| json!({"accept": m.one_in(2), "host": true})),
        ]);
        Value::Object(fields)
    }

    fn variable(&mut self) -> Value {
        let mut map = self.map(&[("value", Self::scalar), ("disabled", Self::flag), ("description", Self::string)]);
        map.insert("key".into(), self.text().into());
        if self.one_in(3) {
            map.insert("type".into(), self.pick(&["string", "secret", "any"]).into());
        }
        Value::Object(map)
    }

    fn request(&mut self) -> Value {
        if self.one_in(8) {
            return "http://h/x?y".into();
        }
        let fields = self.map(&[
            ("method", |m| m.pick(&["GET", "post", "PUT", "HEAD", "{{m}}"]).into()),
            ("url", Self::url),
            ("header", Self::params),
            ("body", Self::body),
            ("auth", Self::auth),
            ("description", Self::string),
        ]);
        Value::Object(fields)
    }

    fn item(&mut self, depth: usize) -> Value {
        let mut map = self.map(&[("event", Self::events), ("protocolProfileBehavior", Self::behavior)]);
        map.insert("name".into(), self.text().into());
        if self.one_in(2) {
            self.ids += 1;
            map.insert("id".into(), format!("id-{}-made-up", self.ids).into());
        }
        if depth < 4 && self.one_in(3) {
            map.insert("item".into(), self.items(depth + 1));
            let auth = self.auth();
            map.insert("auth".into(), auth);
        } else {
            map.insert("request".into(), self.request());
        }
        Value::Object(map)
    }

    fn items(&mut self, depth: usize) -> Value {
        (0..self.below(5)).map(|_| self.item(depth)).collect()
    }

    fn collection(&mut self) -> Value {
        let mut map = self.map(&[
            ("event", Self::events),
            ("auth", Self::auth),
            ("protocolProfileBehavior", Self::behavior),
            ("variable", |m| m.list(4, Self::variable)),
        ]);
        map.insert("info".into(), json!({"name": self.text(), "description": self.text()}));
        map.insert("item".into(), self.items(0));
        Value::Object(map)
    }
}

#[test]
fn made_up_collections_keep_their_plan() {
    for seed in 0..600 {
        let collection = Maker { random: StdRng::seed_from_u64(seed), ids: 0 }.collection();
        check(&format!("seed {seed}"), &collection);
    }
}
