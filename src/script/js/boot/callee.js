// Reads a script's text around the place of an error, to name what V8 names and QuickJS does not.

/** The callee expression whose last word stands at the place, as V8 prints it (`a.b(...).c`). */
export function calleeAt(lines, line, column) {
  const text = lines[line - 1];
  if (text === undefined) return undefined;
  const word = /^(?:new\s+)?(#?[\w$]+)/.exec(text.slice(column - 1));
  if (!word) return undefined;
  if (word[0] !== word[1]) { // at `new`: the name follows
    const named = /^new\s+([\w$.]+)/.exec(text.slice(column - 1));
    return named ? named[1] : undefined;
  }
  const before = lines.slice(Math.max(0, line - 30), line - 1).join('\n') + (line > 1 ? '\n' : '') + text.slice(0, column - 1);
  const head = chainBefore(before);
  let tail = '';
  if (/(?:^|[^.\w$])new\s+$/.test(before)) { // a constructor's position is its first word
    tail = /^(?:\.[\w$]+)*/.exec(text.slice(column - 1 + word[1].length))[0];
  }
  return head + word[1] + tail;
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
        if (open < 0 || !/[\w$\])]\s*$/.test(before.slice(0, open))) return `(intermediate value)${out}`;
        out = index(before.slice(open + 1, end - 1)) + out;
        end = open;
      } else break;
    }
    const word = /[\w$]+$/.exec(before.slice(Math.max(0, end - 200), end));
    if (!word) return /["'`]$/.test(before.slice(0, end)) ? `"..."${out}` : `(intermediate value)${out}`;
    out = word[0] + out;
    end -= word[0].length;
  }
}

function index(text) {
  const trimmed = text.trim();
  const quoted = /^(['"])([A-Za-z_$][\w$]*)\1$/.exec(trimmed);
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
  const found = { token: undefined, declared: undefined, end: undefined, await: false };
  if (line > lines.length) {
    found.end = depthOf(lines.join('\n')) > 0 ? 'open' : 'closed';
    return found;
  }
  const text = lines[line - 1] || '';
  const rest = text.slice(column - 1).replace(/^\s+/, '');
  const before = text.slice(0, column - 1);
  found.await = /\bawait\s+$/.test(before) || /^await\b/.test(rest);
  const token = /^(?:[\w$]+|=>|===?|!==?|&&|\|\||\?\?|\.\.\.|["'`]|.)/.exec(rest);
  found.token = token ? token[0] : '';
  const declared = /(?:let|const|class|function|var)\s+([\w$]+)\s*$/.exec(before + (/^[\w$]+/.exec(text.slice(column - 1)) || [''])[0])
    || /(?:let|const|class|function|var)\s+([\w$]+)[^;]*$/.exec(text.slice(0, column));
  if (declared) found.declared = declared[1];
  if (found.token === '}' && depthOf(lines.slice(0, line - 1).join('\n') + before) <= 0) found.end = 'closed';
  return found;
}

// A rough count: text and comments with braces in them are rare in a script that does not parse.
function depthOf(text) {
  let depth = 0;
  for (const c of text) {
    if (c === '{' || c === '(') depth++;
    else if (c === '}' || c === ')') depth--;
  }
  return depth;
}
