// What a call answers, as text that can be compared and kept.

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** The value of an expression over `S` (the SDK), or what it throws. */
export function outcome(expression, S) {
  try {
    return show(new Function('S', `return (${expression})`)(S)).replace(UUID, '<uuid>');
  } catch (error) {
    return `throws ${error.name}: ${error.message}`.replace(UUID, '<uuid>');
  }
}

/** Any value as text: classes by name, own enumerable properties in their order. */
export function show(value, seen = []) {
  if (value === null || value === undefined) return String(value);
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return '[Function]';
  if (typeof value !== 'object') return String(value);
  if (seen.includes(value)) return '[Circular]';
  const deeper = [...seen, value];
  if (Array.isArray(value)) return `[${Array.from(value, (item) => show(item, deeper)).join(', ')}]`;
  if (value instanceof Date) return `Date ${Number.isNaN(value.getTime()) ? 'invalid' : value.toISOString()}`;
  if (value instanceof RegExp) return String(value);
  if (value instanceof ArrayBuffer) return `bytes ${Array.from(new Uint8Array(value)).join(' ')}`;
  if (ArrayBuffer.isView(value)) return `bytes ${Array.from(value).join(' ')}`;
  const name = Object.getPrototypeOf(value)?.constructor?.name;
  const fields = Object.keys(value).map((key) => `${key}: ${key === 'Type' || key === 'detail' ? '…' : show(value[key], deeper)}`);
  return `${name === 'Object' || name === undefined ? '' : name}{${fields.join(', ')}}`;
}
