// Blobs and files.

/** The two classes; `streams()` gives those of streams when a blob is read as one. */
export function blobs({ TextEncoder, TextDecoder }, streams) {
  const bytes = new WeakMap();

  class Blob {
    constructor(parts = [], options = {}) {
      if (parts === null || typeof parts !== 'object' || typeof parts[Symbol.iterator] !== 'function') {
        throw new TypeError('The "sources" argument must be a sequence.');
      }
      const { type = '', endings = 'transparent' } = options ?? {};
      const chunks = [...parts].map((part) => bytesOf(part, endings));
      const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
      let at = 0;
      for (const chunk of chunks) {
        all.set(chunk, at);
        at += chunk.length;
      }
      const text = String(type);
      bytes.set(this, { all, type: /[^\u0020-\u007e]/.test(text) ? '' : text.toLowerCase() });
    }

    get size() { return bytes.get(this).all.length; }

    get type() { return bytes.get(this).type; }

    async arrayBuffer() { return bytes.get(this).all.slice().buffer; }

    async bytes() { return bytes.get(this).all.slice(); }

    async text() { return new TextDecoder().decode(bytes.get(this).all); }

    slice(start, end, type = '') { return new Blob([bytes.get(this).all.slice(start, end)], { type }); }

    stream() {
      const { all } = bytes.get(this);
      return new (streams().ReadableStream)({
        start(controller) {
          if (all.length) controller.enqueue(all.slice());
          controller.close();
        },
      });
    }

    get [Symbol.toStringTag]() { return 'Blob'; }
  }

  function bytesOf(part, endings) {
    if (bytes.has(part)) return bytes.get(part).all;
    if (part instanceof ArrayBuffer) return new Uint8Array(part.slice(0));
    if (ArrayBuffer.isView(part)) return new Uint8Array(part.buffer, part.byteOffset, part.byteLength).slice();
    const text = String(part);
    return new TextEncoder().encode(endings === 'native' ? text.replace(/\r\n?/g, '\n') : text);
  }

  class File extends Blob {
    #name;
    #modified;

    constructor(parts, name, options = {}) {
      if (arguments.length < 2) throw new TypeError('The "fileBits" and "fileName" arguments must be specified');
      super(parts, options);
      this.#name = String(name);
      this.#modified = Math.trunc(Number(options?.lastModified ?? Date.now())) || 0;
    }

    get name() { return this.#name; }

    get lastModified() { return this.#modified; }

    get webkitRelativePath() { return ''; }

    get [Symbol.toStringTag]() { return 'File'; }
  }
  return { Blob: named(Blob, 'Blob'), File: named(File, 'File') };
}

function named(type, name) {
  return Object.defineProperty(type, 'name', { value: name });
}
