use std::path::Path;

use super::*;

/// Every part of the file once.
const FULL: &str = r#"
tokens:
  owner:
    provider: maskinporten
    environment: test
    client_id: 0192a-client
    key:
      jwk: {env: OWNER_JWK}
    scopes: [altinn:serviceowner, altinn:correspondence.write]
    exchange: altinn
  recipient:
    provider: maskinporten
    issuer: https://mp.example/
    token_endpoint: https://mp.example/t
    client_id: "{{client}}"
    key: {pem: {file: key.pem}, kid: k1}
    scopes: altinn:correspondence.read
    resource: https://api.example
    consumer_org: 0192:012345678
    system_user: {org: 310000000, external_ref: second}
    exchange: {platform: https://platform.example/, test: true}
  certificate:
    provider: maskinporten
    environment: prod
    client_id: c
    algorithm: RS512
    key: {pkcs12: company.p12, password: "${P12_PASSWORD}", alias: sign}
    scopes: [a:b]
  other:
    provider: oauth2-client-credentials
    token_endpoint: https://idp.example/token
    client_id: me
    client_secret: {variable: secret}
    auth: body
    scopes: [read, write]
  program: {provider: command, command: [my-token, --env, tt02], ttl: 10m}
  ready: {provider: env, env: READY_TOKEN, scopes: [altinn:enduser]}
substitute:
  variables: {altinn_token: owner}
  requests:
    Correspondence/actions/**: recipient
  test_tokens:
    altinn:correspondence.read: recipient
    "991825827": owner
    personal: ready
flow:
  - Correspondence/Initialize
  - request: Correspondence/Details
    name: wait for publication
    token: owner
    variables: {n: 1, deep: {a: [true]}}
    repeat_until: {jsonpath: $.status, equals: Published, limit: 60s, every: 500ms}
  - request: Correspondence/Details
    repeat_until: {status: 200, limit: 5}
overlay:
  - target: $.info
    update: {name: nightly}
    description: a name of our own
  - target: {request: Correspondence/Initialize, body: $.Correspondence.dueDateTime}
    remove: true
files:
  policy.xml: setup/policy.xml
expect:
  Correspondence/Initialize:
    status: 200
    headers:
      Content-Type: {contains: json}
      X-Trace: true
    body: {contains: [a, b], matches: "^\\{"}
    jsonpath:
      - {path: $.correspondences, length: 1, type: array}
      - {path: $.x, equals: null}
      - {path: $.n, gte: 1, lt: 5}
      - {path: $.y}
    time_below: 2s
    size_below: 20kB
  "**": {status: [2xx, 404, 301-303]}
expect_success: true
redact: {names: [ssn], patterns: ['\d{11}']}
run: {timeout-request: 5000, bail: true, reporters: [cli, junit]}
"#;

fn env(name: &str) -> Option<String> {
    (name == "P12_PASSWORD").then(|| "hunter2".to_owned())
}

fn parse(text: &str) -> Result<Config, String> {
    Config::parse("postbud.yaml", text, Path::new("base"), &env).map_err(|error| error.to_string())
}

#[test]
fn every_part_is_read() {
    let config = parse(FULL).unwrap();
    assert_eq!(config.tokens.len(), 6);
    let owner = &config.tokens["owner"];
    let Provider::Maskinporten(client) = &owner.provider else { panic!("{owner:?}") };
    assert_eq!(client.issuer, Issuer::test());
    assert_eq!(client.client_id, "0192a-client");
    assert!(matches!(&client.key.form, KeyForm::Jwk(SecretSource::Env(name)) if name == "OWNER_JWK"));
    assert_eq!(owner.scopes, ["altinn:serviceowner", "altinn:correspondence.write"]);
    assert_eq!(owner.exchange.as_ref().unwrap().platform, "https://platform.tt02.altinn.no");

    let Provider::Maskinporten(client) = &config.tokens["recipient"].provider else { panic!() };
    assert_eq!(client.issuer.token_endpoint, "https://mp.example/t");
    assert_eq!(client.consumer_org.as_deref(), Some("012345678"));
    assert_eq!(client.system_user.as_ref().unwrap().org, "310000000");
    assert!(
        matches!(&client.key.form, KeyForm::Pem { text: SecretSource::File(path), password: None } if path == Path::new("base/key.pem"))
    );
    let exchange = config.tokens["recipient"].exchange.as_ref().unwrap();
    assert_eq!((exchange.platform.as_str(), exchange.test), ("https://platform.example", true));

    assert_eq!(config.substitute.profile_for("Correspondence/actions/Confirm"), Some("recipient"));
    assert_eq!(config.substitute.profile_for("Correspondence/Confirm"), None);
    assert_eq!(config.substitute.test_tokens.orgs["991825827"], "owner");
    assert_eq!(config.substitute.test_tokens.personal.as_deref(), Some("ready"));

    let flow = config.flow.as_ref().unwrap();
    assert_eq!(flow.len(), 3);
    let repeat = flow[1].repeat_until.as_ref().unwrap();
    assert_eq!(repeat.limit, Limit::Time(std::time::Duration::from_mins(1)));
    assert_eq!(flow[2].repeat_until.as_ref().unwrap().limit, Limit::Tries(5));
    assert_eq!(flow[1].place.line, 48);

    assert_eq!(config.overlay.len(), 2);
    assert_eq!(config.file_for("C:\\Users\\x\\policy.xml"), Some(Path::new("base/setup/policy.xml")));
    assert_eq!(config.rules_for("Correspondence/Initialize").len(), 13);
    assert_eq!(config.rules_for("x").len(), 1);
    assert_eq!(config.expect_success, Some(true));
    assert_eq!(config.run.len(), 3);
}

#[test]
fn secrets_are_not_in_debug_output() {
    let config = parse(FULL).unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn an_empty_file_is_fine() {
    assert!(parse("").unwrap().flow.is_none());
    assert!(parse("# nothing\n").unwrap().tokens.is_empty());
}

#[test]
fn mistakes_have_a_place_and_the_nearest_name() {
    let maskinporten =
        "tokens:\n  a:\n    provider: maskinporten\n    environment: test\n    client_id: c\n    scopes: [a:b]\n";
    let cases: &[(&str, &str, &str)] = &[
        ("tokns: {}", "unknown key `tokns` in postbud.yaml", "did you mean `tokens`?"),
        ("flow:\n  - requst: a", "unknown key `requst`", "postbud.yaml:2:5"),
        ("flow:\n  - {request: a, tokn: b}", "unknown key `tokn`", "did you mean `token`?"),
        ("flow:\n  - {request: a, token: b}", "there is no token profile `b`", "postbud.yaml:2:25"),
        ("tokens:\n  a: {provider: maskinport}", "unknown token provider `maskinport`", "did you mean `maskinporten`?"),
        ("files: {a: \"${NOPE}\"}", "the environment variable `NOPE` is not set", "postbud.yaml:1:12"),
        ("files: {a: \"${NO PE}\"}", "`${NO PE}` is no name", "postbud.yaml:1:12"),
        ("files: {a: \"${NOPE\"}", "`${` without its `}`", "1:12"),
        ("expect:\n  a: {status: 2000}", "expected a status (200)", "2:15"),
        ("expect:\n  a: {statsu: 200}", "unknown key `statsu`", "did you mean `status`?"),
        ("expect:\n  a: {}", "expects nothing", "2:6"),
        ("expect:\n  a: {jsonpath: [{path: 'x y'}]}", "is no JSONPath", "2:25"),
        ("expect:\n  a: {body: {matches: '('}}", "is no regular expression", "2:23"),
        ("expect:\n  a: {time_below: 5}", "a duration with its unit", "found a number"),
        ("expect:\n  a: {json_schema: {type: nonsense}}", "is no JSON Schema", "2:20"),
        ("expect:\n  a: {json_schema: {$ref: 'https://x.example/y'}}", "nothing is fetched", "2:20"),
        ("expect:\n  a: {json_schema: nowhere.json}", "nowhere.json: could not be read", "2:20"),
        ("retry: 21", "at most 20 tries", "1:8"),
        ("retry: {time: 2}", "unknown key `time`", "did you mean `times`?"),
        ("history: {}", "unknown key `history`", "1:1"),
        ("overlay:\n  - {target: $.a}", "needs `update` or `remove: true`", "2:5"),
        ("overlay:\n  - {target: {request: a}, remove: true}", "exactly one of `body`", "2:14"),
        ("a: [", "invalid YAML", "-->"),
        ("a: 1\na: 2", "invalid YAML", "2:1"),
        ("- a", "expected a map for postbud.yaml, found a list", "1:1"),
        ("substitute: {test_tokens: {x: a}}\ntokens: {a: {provider: env, env: X}}", "neither a scope", "1:28"),
        ("tokens: {a: {provider: env}}", "needs `env`", "1:13"),
        ("tokens: {a: {provider: command, command: ls}}", "a list of the program", "1:42"),
        ("redact: {patterns: ['(']}", "is no regular expression", "1:21"),
    ];
    for (text, message, more) in cases {
        let error = parse(text).unwrap_err();
        assert!(error.contains(message) && error.contains(more), "{text}\n{error}");
    }
    for (text, message) in [
        ("", "needs `key`"),
        ("    key: {}\n", "needs one of `jwk`, `pem` and `pkcs12`"),
        ("    key: {pem: x}\n", "needs `kid` beside it"),
        ("    key: {pkcs12: x.p12}\n", "needs `password` beside it"),
        ("    key: {jwk: x, pem: y, kid: z}\n", "takes only one of"),
        ("    key: {jwk: {file: a, env: b}}\n", "exactly one of `file`"),
        ("    key: {jwk: x}\n    exchange: {environment: prod}\n", "does not take tokens of Maskinporten's `test`"),
        ("    key: {jwk: x}\n    exchange: {environment: ver2}\n", "`tt02`, `prod`"),
        ("    key: {jwk: x}\n    consumer_org: 12\n", "an organisation number of nine digits"),
        ("    key: {jwk: x}\n    algorithm: ES256\n", "which Maskinporten takes"),
    ] {
        let error = parse(&format!("{maskinporten}{text}")).unwrap_err();
        assert!(error.contains(message), "{text}\n{error}");
    }
    let error =
        parse("tokens: {a: {provider: maskinporten, environment: ver2, client_id: c, key: {jwk: x}, scopes: [a:b]}}")
            .unwrap_err();
    assert!(error.contains("`ver2` is closed"), "{error}");
    let error =
        parse("tokens: {a: {provider: maskinporten, environment: test, clientid: c, key: {jwk: x}, scopes: [a:b]}}")
            .unwrap_err();
    assert!(error.contains("did you mean `client_id`?"), "{error}");
}

#[test]
fn environment_variables_and_their_escape() {
    let config = parse("files: {a: \"x${P12_PASSWORD}y\", b: \"$${A}\", c: \"${NOPE:-d}\"}").unwrap();
    assert_eq!(config.files["a"], Path::new("base/xhunter2y"));
    assert_eq!(config.files["b"], Path::new("base/${A}"));
    assert_eq!(config.files["c"], Path::new("base/d"));
    // What came from the environment is not repeated in messages.
    let error = parse("expect_success: \"${P12_PASSWORD}\"").unwrap_err();
    assert!(!error.contains("hunter2"), "{error}");
}

#[test]
fn bombs_and_deep_files_are_refused() {
    let deep = format!("a: {}{}", "[".repeat(5000), "]".repeat(5000));
    assert!(parse(&deep).is_err());
    let bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f,*f,*f,*f]\n";
    assert!(parse(bomb).is_err());
}

#[test]
fn a_file_cut_anywhere_is_read_or_refused() {
    for end in (0..FULL.len()).step_by(11).filter(|end| FULL.is_char_boundary(*end)) {
        if let Err(error) = Config::parse("postbud.yaml", &FULL[..end], Path::new(""), &env) {
            assert!(error.0.place.is_some(), "{error}");
        }
    }
}

#[test]
fn anchors_and_merge_keys_save_repetition() {
    let text = "tokens:\n  a: &base {provider: env, env: A}\n  b:\n    <<: *base\n    scopes: [x:y]\n";
    let config = parse(text).unwrap();
    assert_eq!(config.tokens["b"].scopes, ["x:y"]);
}

mod schema {
    use serde_json::Value;

    use super::super::node::Source;
    use super::*;

    fn check(text: &str) -> Result<(), String> {
        let source = Source { file: SourceFile { name: "t".to_owned(), text: text.into() } };
        let value = source.parse().unwrap().to_json();
        let root: Value = serde_json::from_str(crate::config::schema()).unwrap();
        jsonschema::validate(&root, &value).map_err(|error| error.to_string())
    }

    #[test]
    fn takes_what_the_reader_takes() {
        check(FULL).unwrap();
        for text in [
            "{}",
            "tokens: {a: {provider: maskinporten, environment: test, client_id: 1, key: {jwk: '${K}'}, scopes: a:b, exchange: false}}",
            "expect: {a: {status: 2xx, jsonpath: [{path: $.a, type: null}], headers: {a: 1}}}",
            "redact: [a]",
            "overlay: [{target: {request: a, header: b}, update: c}, {target: {request: a, form: b}, remove: true}, {target: {request: a, item: $.x}, update: {}}]",
        ] {
            check(text).unwrap();
            if text != "{}" {
                Config::parse("t", text, Path::new(""), &|_| Some("x".to_owned())).unwrap();
            }
        }
    }

    #[test]
    fn refuses_what_the_reader_refuses() {
        for text in [
            "tokns: {}",
            "flow: [{requst: a}]",
            "flow: [{request: a, repeat_until: {limit: 5}}]",
            "tokens: {a: {provider: x}}",
            "tokens: {a: {provider: env}}",
            "tokens: {a: {provider: maskinporten, environment: test, client_id: c, key: {pem: x}, scopes: a}}",
            "tokens: {a: {provider: env, env: X, key: {jwk: a}}}",
            "expect: {a: {status: abc}}",
            "expect: {a: {time_below: 5}}",
            "expect: {a: {jsonpath: [{path: x}]}}",
            "overlay: [{target: $.a}]",
            "overlay: [{target: {request: a}, remove: true}]",
            "substitute: {test_tokens: {x: a}}",
            "retry: {time: 1}",
            "retry: 21",
            "history: {}",
        ] {
            assert!(check(text).is_err(), "the schema takes {text}");
            assert!(Config::parse("t", text, Path::new(""), &|_| None).is_err(), "the reader takes {text}");
        }
    }
}
