// Random calls: expressions that mean the same on both sides.

function generator(seed) {
  let state = seed >>> 0 || 1;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
}

const quote = JSON.stringify;

function pieces(seed) {
  const next = generator(seed);
  const pick = (list) => list[next(list.length)];
  const many = (max, make) => Array.from({ length: next(max + 1) }, make);
  const text = (alphabet, max) => many(max, () => pick(alphabet)).join('');
  const word = () => pick(['a', 'b', 'A', 'B', 'c', 'x-y', 'Content-Type', '', 'é', '5', 'name']);
  return { next, pick, many, text, word };
}

const URL_BITS = ['http://', 'https://', 'a', 'b.c', 'h', ':', '/', '?', '#', '@', '&', '=', '{{', '}}', '{{v}}', '{{a/b?c}}', '.', '..', ':x',
  ':y.z', '80', ' ', '\\', '[::1]', '%20', 'é', '{', '}', '://', '//', ':{{p}}'];
const COOKIE_BITS = ['a', 'b', '=', ';', '; ', 'Path=/', 'Domain=x.y', 'Secure', 'HttpOnly', 'Max-Age=5', 'max-age=x', 'Expires=Wed, 21 Oct 2015 07:28:00 GMT',
  'SameSite=Lax', '"', ' ', '%20', ',', 'é'];
const HEADER_BITS = ['A', 'B', ':', ': ', '1', ' ', '\n', '\r\n', 'C-D', '"', ',', '\t'];

/** Expressions over `S`. */
export function* randomCases(seed, rounds) {
  const r = pieces(seed);
  const { next, pick, many, text, word } = r;
  // A backslash within `{{…}}` stays on our side and separates on the other.
  const url = (max) => {
    const made = text(URL_BITS, max);
    return quote(/\{\{[^{}]*\\[^{}]*\}\}/.test(made) ? made.replaceAll('\\', '/') : made);
  };
  const header = () => pick([
    () => quote(`${word()}: ${word()}`),
    () => `{key: ${quote(word())}, value: ${quote(word())}}`,
    () => `{key: ${quote(word())}, value: ${quote(word())}, disabled: ${pick(['true', 'false'])}}`,
  ])();
  const pair = () => pick([
    () => quote(`${word()}=${word()}`),
    () => `{key: ${quote(word())}, value: ${pick([quote(word()), 'null', '5'])}}`,
    () => `{key: ${quote(word())}, value: ${quote(word())}, disabled: true}`,
  ])();
  const object = (make) => {
    let made = make();
    while (made[0] !== '{') made = make();
    return made;
  };
  // The SDK's lists convert what is added, but not what is inserted.
  const member = (make) => `new l.Type(${object(make)})`;
  // Of two variables with one name the SDK loses both from its index when one is removed; ours does not.
  const step = (make) => pick([
    () => `l.add(${make()})`, () => `l.append(${member(make)})`, () => `l.prepend(${member(make)})`,
    () => `l.insert(${member(make)}, ${pick([quote(word()), String(next(4)), `l.idx(${next(4)})`])})`,
    () => `l.insertAfter(${member(make)}, ${pick([quote(word()), `l.idx(${next(4)})`])})`,
    () => `l.upsert(${object(make)})`, () => `l.remove(${quote(word())})`, () => (make === entry ? 'l.count()' : `l.remove(l.idx(${next(4)}))`),
    () => (make === entry ? 'l.count()' : `l.remove(x => x.value === ${quote(word())})`), () => `l.get(${quote(word())})`, () => `l.one(${quote(word())})`,
    () => `l.has(${quote(word())})`, () => `l.has(${quote(word())}, ${quote(word())})`, () => `l.indexOf(${quote(word())})`,
    () => `l.idx(${next(5)})`, () => 'l.count()', () => 'l.toJSON()', () => 'String(l)',
    () => `l.toObject(${many(4, () => pick(['true', 'false'])).join(', ')})`, () => 'l.all().length',
    () => `l.assimilate([${many(3, () => object(make)).join(', ')}]${pick(['', ', true'])})`,
    () => `l.populate([${many(2, make).join(', ')}])`, () => `l.repopulate([${many(3, make).join(', ')}])`,
    () => 'l.map(x => x.key)', () => `l.filter({key: ${quote(word())}})`, () => `l.find(x => x.key === ${quote(word())})`,
    () => 'l.reduce((a, x) => a + x.value, "")', () => pick(['l.clear()', 'l.count()', 'l.count()']),
  ])();
  const list = (create, make) => `(l => [${many(8, () => step(make)).join(', ')}, l.members, l.reference, String(l), l.toObject()])(${create})`;
  const entry = () => `{key: ${quote(pick(['a', 'b', 'c']))}, value: ${pick(['1', '"x"', 'null', 'true', '"{{b}}"', '"{{c}}{{a}}"', '[1]', '"12"', '""'])}${
    pick(['', '', ', disabled: true', ', type: "string"', ', type: "number"', ', type: "boolean"', ', type: "any"', ', type: "secret"'])}}`;
  const key = () => quote(pick(['a', 'b', 'c', 'd']));
  // Where the SDK answers by what was looked up before (duplicates and the list's own index), it is not asked.
  const plainEntries = () => ['a', 'b', 'c'].filter(() => next(2)).map((name) => `{key: "${name}", value: ${pick(['1', '"x"', 'null', '"{{b}}"'])}${pick(['', ', type: "string"'])}}`);
  const listStep = () => pick([
    () => `v.syncVariablesFrom({${key()}: 5, ${key()}: "y"}, true)`, () => `v.values.upsert(${entry()})`, () => `v.values.remove(${key()})`,
    () => 'v.syncVariablesTo()', () => `v.set(${key()}, 4)`, () => `v.get(${key()})`, () => `v.unset(${key()})`,
    () => 'v.values.toObject()', () => 'v.values.reference', () => `v.values.one(${key()})`, () => 'v.values.count()',
  ])();
  const scopeStep = () => pick([
    () => `v.get(${key()})`, () => `v.has(${key()})`, () => `v.set(${key()}, ${pick(['1', '"{{a}}"', 'null', 'true', '{x: 1}', '"s"'])})`,
    () => `v.set(${key()}, "7", ${quote(pick(['string', 'number', 'boolean', 'any', 'zz']))})`, () => `v.unset(${key()})`,
    () => `v.replaceIn("{{a}} {{b}} {{c}} {{d}} {{{a}}} {{ a }} {{x{{b}}}}")`, () => 'v.toObject()', () => 'v.toObject(true)',
    () => 'v.syncVariablesTo()', () => 'v.values.count()', () => 'v.values.toJSON()',
    () => pick(['v.clear()', 'v.get("a")']), () => 'v.toJSON().values', () => `v.values.add(${entry()})`,
    () => `v.values.remove(${key()})`, () => `v.replaceIn({a: "{{a}}", b: ["{{b}}", 5]})`,
  ])();
  const body = () => pick([
    () => `{mode: "raw", raw: ${quote(word())}}`, () => `{mode: "urlencoded", urlencoded: [${many(3, pair).join(', ')}]}`,
    () => `{mode: "urlencoded", urlencoded: ${quote(text(['a', '=', '&', 'b', '{{c}}', ' '], 6))}}`,
    () => `{mode: "formdata", formdata: [${many(3, () => object(pair)).join(', ')}]}`, () => '{mode: "graphql", graphql: {query: "q", variables: "{}"}}',
    () => '{mode: "file", file: {src: "/x"}}', () => quote(word()), () => `{mode: ${quote(pick(['RAW', 'zz', 'File', '']))}, raw: "r"}`,
    () => `{mode: "raw", raw: "x", options: {raw: {language: "json"}}, disabled: ${pick(['true', 'false'])}}`,
  ])();
  const request = () => `{url: ${url(8)}, method: ${quote(pick(['get', 'POST', '{{m}}']))}, header: [${many(4, header).join(', ')}]${
    pick(['', `, body: ${body()}`])}${pick(['', ', auth: {type: "basic", basic: [{key: "username", value: "u"}]}', ', auth: {type: "bearer", bearer: {token: "t"}}',
    ', description: "d"', ', name: "n", id: "i"'])}}`;
  const requestStep = () => pick([
    () => `r.addHeader(${header()})`, () => `r.upsertHeader(${object(header)})`, () => `r.removeHeader(${quote(word())})`,
    () => `r.removeHeader(${quote(word())}, {ignoreCase: true})`, () => 'r.getHeaders()', () => 'r.getHeaders({enabled: true, ignoreCase: true})',
    () => 'r.getHeaders({sanitizeKeys: true})', () => `r.addQueryParams(${pick([quote('q=1&w'), `[${many(2, () => object(pair)).join(', ')}]`])})`,
    () => `r.removeQueryParams(${pick([quote(word()), `[${quote(word())}]`])})`, () => 'r.size()', () => 'r.toJSON()', () => 'r.clone().toJSON()',
    () => 'r.url.toString()', () => 'r.url.getPathWithQuery()', () => 'r.url.getRemote()', () => `r.url.update(${url(6)})`,
    () => 'r.authorizeUsing("bearer", {token: "z"})', () => 'r.authorizeUsing(null)', () => 'r.body && r.body.toString()', () => 'r.body && r.body.isEmpty()',
    () => `r.update({method: "put", url: ${url(5)}})`, () => 'r.auth && r.auth.parameters()', () => 'Object.keys(r)',
  ])();

  for (let i = 0; i < rounds; i++) {
    yield `S.Url.parse(${url(10)})`;
    yield `(u => [String(u), u.toString(true), u.getPath(), u.path && u.getPath(true), u.getQueryString(), u.getHost(), u.getRemote(true), u.toJSON()])(new S.Url(${url(10)}))`;
    yield `S.QueryParam.unparse(S.QueryParam.parse(${quote(text(['a', 'b', '=', '&', '{{', '}}', '{{x&y}}', '#', ' ', '%'], 10))}))`;
    yield `S.QueryParam.parse(${quote(text(['a', 'b', '=', '&', '{{', '}}', '{{x&y}}', '{{x=y}}', '#', ' '], 10))})`;
    yield `S.Header.parse(${quote(text(HEADER_BITS, 12))})`;
    yield `(c => [c, String(c), c.valueOf()])(new S.Cookie(${quote(text(COOKIE_BITS, 8))}))`;
    yield list(`new S.HeaderList(null, [${many(4, header).join(', ')}])`, header);
    yield list(`new S.PropertyList(S.QueryParam, null, [${many(4, pair).join(', ')}])`, pair);
    yield list(`new S.VariableList(null, [${many(4, entry).join(', ')}])`, entry).replace('String(l), l.toObject()]', 'l.toObject()]').replaceAll('String(l)', 'l.count()');
    yield `(v => [${many(8, scopeStep).join(', ')}, v.values.toJSON(), v.toObject(), v.get("a"), v.replaceIn("{{a}}{{b}}{{c}}")])(new S.VariableScope([${many(4, entry).join(', ')}]))`;
    yield `(v => [${many(8, listStep).join(', ')}, v.values.toJSON(), v.toObject(), v.values.reference])(new S.VariableScope([${plainEntries().join(', ')}]))`;
    yield `(b => [b, b.toJSON(), String(b), b.isEmpty()])(new S.RequestBody(${body()}))`;
    yield `(r => [${many(6, requestStep).join(', ')}, r, r.toJSON(), JSON.stringify(r)])(new S.Request(${request()}))`;
  }
}

const JSON_BITS = ['{', '}', '[', ']', ',', ':', '"', '"a"', '"b"', '1', '-', '.', '0', 'e', 'true', 'null', 'x', ' ', '\n', '\r\n', '\t', '\\', '\\u12', '\\u00e9',
  "'", '/', 'é', '\u0001', '{"a":', '[1,', '"long text with words "'];
const JSON_WHOLE = ['{"a":1,"b":[1,2,{"c":"d"}],"e":null}', '[{"k":"v","n":-1.5e3},{"k":"w"}]', '{\n  "a": "x\\n",\n  "b": {\n    "c": [true, false]\n  }\n}'];

/** Texts that are JSON, or nearly. */
export function* randomTexts(seed, rounds) {
  const { next, pick, text } = pieces(seed + 7);
  for (let i = 0; i < rounds; i++) {
    yield text(JSON_BITS, 8);
    const whole = pick(JSON_WHOLE);
    const at = next(whole.length);
    yield pick([whole.slice(0, at), whole.slice(0, at) + whole.slice(at + 1 + next(3)), whole.slice(0, at) + pick(JSON_BITS) + whole.slice(at)]);
    const long = `[${Array.from({ length: next(40) }, () => pick(JSON_WHOLE)).join(', ')}]`;
    const place = next(long.length);
    if (i % 4 === 0) yield long.slice(0, place) + pick(JSON_BITS) + long.slice(place);
  }
}
