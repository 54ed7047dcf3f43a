// Stands in for chai's `proxify`. chai wraps every assertion in a proxy to report misspelt words, which doubles the cost
// of each check. Here only the end of the prototype chain is a proxy: it is reached by unknown words alone.

const EXCLUDED = new Set(['then', 'catch', 'inspect', 'toJSON']);
const INTERNAL = new Set(['__flags', '__methods', '_obj', 'assert']);
const NEAR = 4;

/** What chai calls for each new assertion (nothing to do) and for each method, whose name it gives. */
module.exports = function proxify(subject, method) {
  if (typeof method === 'string') Object.setPrototypeOf(subject, methodGuard(method));
  return subject;
};

/** Makes unknown words of assertions throw. */
module.exports.guardAssertions = function guardAssertions(prototype) {
  Object.setPrototypeOf(prototype, new Proxy(Object.prototype, {
    get(target, word, assertion) {
      if (typeof word !== 'string' || word in target) return Reflect.get(target, word, assertion);
      if (EXCLUDED.has(word) || INTERNAL.has(word)) return undefined;
      const near = nearest(word, prototype);
      throw Error(`Invalid Chai property: ${word}${near ? `. Did you mean "${near}"?` : ''}`);
    },
  }));
};

function methodGuard(method) {
  return new Proxy(Function.prototype, {
    get(target, word, fn) {
      if (typeof word !== 'string' || word in target) return Reflect.get(target, word, fn);
      if (EXCLUDED.has(word)) return undefined;
      throw Error(`Invalid Chai property: ${method}.${word}. See docs for proper usage of "${method}".`);
    },
  });
}

function nearest(word, prototype) {
  let found = null;
  let least = NEAR;
  for (const known of Object.getOwnPropertyNames(prototype)) {
    if (known in Object.prototype || INTERNAL.has(known)) continue;
    const distance = edits(word, known, least);
    if (distance < least) [found, least] = [known, distance];
  }
  return found;
}

/** Levenshtein's distance of two words, or `limit` where it is not less. */
function edits(a, b, limit) {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    previous = row;
  }
  return previous[b.length];
}
