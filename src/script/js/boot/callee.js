// Reads a script's text around the place of an error, to name what V8 names and QuickJS does not.

const KEYWORD = /^(?:if|for|while|switch|catch|with|function|return|typeof|await|async|void|delete|in|of|new|case)$/;

/**
 * The callee expression of a failed call, as V8 prints it (`a.b(...).c`). The engine's place is the last one it noted
 * before the call: the callee's last word, or something among the arguments. `known` tells which callees cannot be meant.
 */
export function calleeAt(lines, line, column, known) {
  const text = lines.join('\n');
  let at = column - 1;
  for (let i = 0; i < line - 1; i++) at += lines[i].length + 1;
  const word = (/^#?[\w$]+/.exec(text.slice(at, at + 200)) || [''])[0];
  if (word === 'new') {
    const named = /^new\s+([\w$.]+)/.exec(text.slice(at));
    if (!named) return { text: '(intermediate value)' };
    const member = /^new\s+\(?[^;]*?\)\s*\.([\w$]+)\(/.exec(text.slice(at));
    return member ? { text: `(intermediate value).${member[1]}` } : { text: named[1], constructs: true };
  }
  let first;
  for (let steps = 0; at >= 0 && steps < 20; steps++) {
    const found = candidate(text, at);
    if (found && !known(found.text)) return found;
    first ??= found;
    at = enclosingCall(text, at);
  }
  return first ?? (/^\d/.test(word) ? { text: '(intermediate value)(...)' } : undefined);
}

// The callee whose last word begins at a place, if a call follows it.
function candidate(text, at) {
  const word = /^#?[A-Za-z_$][\w$]*/.exec(text.slice(at, at + 200));
  if (!word || KEYWORD.test(word[0])) return undefined;
  const before = text.slice(Math.max(0, at - 2000), at);
  if (/(?:^|[^.\w$])new\s+$/.test(before)) { // a constructor's place is its first word
    const tail = /^(?:\.[\w$]+)*/.exec(text.slice(at + word[0].length))[0];
    return { text: word[0] + tail, constructs: true };
  }
  const after = text.slice(at + word[0].length, at + word[0].length + 200);
  const chain = chainBefore(before);
  const indexed = /^((?:\[[^[\]\n]*\])+)\s*\(/.exec(after);
  if (indexed) return { text: chain + word[0] + indexed[1].replace(/\[([^\]]*)\]/g, (all, key) => index(key)), constructs: false };
  if (!/^\s*(?:\?\.\s*)?\(/.test(after)) return undefined;
  return { text: chain + word[0], constructs: constructs(before, chain) };
}

// Where the last word of the callee stands whose arguments hold a place; -1 where there is none.
function enclosingCall(text, at) {
  let depth = 0;
  for (let i = at - 1; i >= Math.max(0, at - 5000); i--) {
    const c = text[i];
    if (c === ')' || c === ']' || c === '}') depth++;
    else if (c === '(' || c === '[' || c === '{') {
      if (depth-- > 0) continue;
      depth = 0;
      const before = text.slice(Math.max(0, i - 200), i);
      if (c === '{' && /(?:\)|=>)\s*$/.test(before)) return -1; // the body of a function
      const word = c === '(' && /([A-Za-z_$][\w$]*)\s*(?:\?\.)?$/.exec(before);
      if (word && !KEYWORD.test(word[1])) return i - word[0].length;
    }
  }
  return -1;
}

// `new a.b.C()`: the engine's place is the last word of the chain.
function constructs(before, chain) {
  return chain !== '' && !chain.includes('(') && before.endsWith(chain) && /(?:^|[^.\w$])new\s+$/.test(before.slice(0, -chain.length));
}

function chainBefore(before) {
  let end = before.length;
  let out = '';
  for (;;) {
    const dot = /(\?\.|\.)\s*$/.exec(before.slice(Math.max(0, end - 200), end));
    if (!dot) return out;
    out = dot[1] + out;
    end -= dot[0].length;
    for (;;) {
      while (/\s/.test(before[end - 1] || '')) end--;
      const last = before[end - 1];
      if (last === ')') {
        const open = matching(before, end - 1, '(', ')');
        if (open < 0) return `(intermediate value)${out}`;
        const called = /[\w$\])]\s*$/.test(before.slice(0, open));
        out = (called ? '(...)' : '(intermediate value)') + out;
        end = open;
        if (!called) return out;
      } else if (last === ']') {
        const open = matching(before, end - 1, '[', ']');
        if (open < 0) return `(intermediate value)${out}`;
        if (!/[\w$\])]\s*$/.test(before.slice(0, open))) {
          return end - open < 40 && /^[\w\s,]*$/.test(before.slice(open + 1, end - 1)) ? before.slice(open, end) + out : `(intermediate value)${out}`;
        }
        out = index(before.slice(open + 1, end - 1)) + out;
        end = open;
      } else break;
    }
    const word = /[\w$]+$/.exec(before.slice(Math.max(0, end - 200), end));
    if (!word) {
      const literal = /(["'])([^"'\n]{0,40})\1$/.exec(before.slice(0, end));
      return literal ? `"${literal[2]}"${out}` : `(intermediate value)${out}`;
    }
    out = word[0] + out;
    end -= word[0].length;
  }
}

function index(text) {
  const trimmed = text.trim();
  const quoted = /^(['"])([^'"\\]*)\1$/.exec(trimmed);
  if (quoted) return `.${quoted[2]}`;
  return /^[\w$.]+$/.test(trimmed) ? `[${trimmed}]` : '[...]';
}

function matching(text, end, open, close) {
  let depth = 0;
  for (let i = end; i >= 0; i--) {
    if (text[i] === close) depth++;
    else if (text[i] === open && --depth === 0) return i;
  }
  return -1;
}

/** The token at the place of a syntax error, and what stands around it. */
export function tokenAt(lines, line, column) {
  const text = lines[line - 1] || '';
  const rest = text.slice(column - 1, column + 400).replace(/^\s+/, '');
  const before = text.slice(Math.max(0, column - 401), column - 1);
  const token = /^(?:[\w$]+|=>|===?|!==?|&&|\|\||\?\?|\.\.\.|["'`]|.)/.exec(rest);
  const word = (/^[\w$]+/.exec(text.slice(column - 1)) || [''])[0];
  const declared = /(?:let|const|class|function|var)\s+([\w$]+)\s*$/.exec(before + word)
    || /(?:let|const|class|function|var)\s+([\w$]+)[^;]*$/.exec(before + text.slice(column - 1, column));
  return {
    before,
    token: token ? token[0] : '',
    declared: declared ? declared[1] : word,
    await: /\bawait\s+$/.test(before) || /^await\b/.test(rest),
    import: /(?:^|;)\s*import(?:\s[^(]*)?$/.test(before) || /^import\b/.test(rest),
    inCall: inCall(`${lines.slice(Math.max(0, line - 200), line - 1).join('\n')}\n${before}`),
  };
}

// Whether the innermost bracket that is open at the end of a text holds a call's arguments.
function inCall(text) {
  let depth = 0;
  for (let i = text.length - 1; i >= 0; i--) {
    const c = text[i];
    if (c === ')' || c === ']' || c === '}') depth++;
    else if ((c === '(' || c === '[' || c === '{') && depth-- === 0) {
      const word = /([\w$]+|[)\]])\s*$/.exec(text.slice(Math.max(0, i - 60), i));
      return c === '(' && word !== null && !/^(?:if|for|while|switch|catch|with|function)$/.test(word[1]);
    }
  }
  return false;
}
