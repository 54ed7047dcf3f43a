// The names a script sees beyond the standard built-ins, by phase, and which of them a text can reach.

const ALWAYS = ['pm', 'console', 'setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval',
  'clearImmediate', 'Buffer', 'require'];
const LEGACY = ['JSON', '_', 'CryptoJS', 'tv4', 'xml2Json', 'cheerio', 'Backbone', 'postman', 'tests', 'globals',
  'environment', 'data', 'iteration', 'request'];
const LEGACY_TEST = ['responseBody', 'responseCode', 'responseHeaders', 'responseTime', 'responseCookies'];

const PHASES = {
  prerequest: { all: [...ALWAYS, ...LEGACY], modern: ALWAYS },
  test: { all: [...ALWAYS, ...LEGACY, ...LEGACY_TEST], modern: ALWAYS },
  package: { all: [...ALWAYS, 'module', 'exports'], modern: [...ALWAYS, 'module', 'exports'] },
};

/** All names of a phase. */
export function namesOf(phase, legacy) {
  return (PHASES[phase] ?? PHASES.prerequest)[legacy ? 'all' : 'modern'];
}

/** The names that a text can use; after `eval` that is every one. */
export function namesIn(source, phase, legacy) {
  const names = namesOf(phase, legacy);
  return source.includes('eval') ? names : names.filter((name) => source.includes(name));
}
