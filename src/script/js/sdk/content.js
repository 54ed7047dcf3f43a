// What a body is: by its headers, else by its first bytes.

import { extensionOf } from './extensions.js';

// First bytes (in hex, `..` is any byte) of files that a server may send without a type.
const SIGNATURES = [
  ['89504e47', 'image/png', 'png'], ['47494638', 'image/gif', 'gif'], ['ffd8ff', 'image/jpeg', 'jpg'],
  ['52494646........57454250', 'image/webp', 'webp'], ['424d', 'image/bmp', 'bmp'], ['00000100', 'image/x-icon', 'ico'],
  ['49492a00', 'image/tiff', 'tif'], ['4d4d002a', 'image/tiff', 'tif'], ['38425053', 'image/vnd.adobe.photoshop', 'psd'],
  ['25504446', 'application/pdf', 'pdf'], ['504b0304', 'application/zip', 'zip'], ['1f8b08', 'application/gzip', 'gz'],
  ['425a68', 'application/x-bzip2', 'bz2'], ['377abcaf271c', 'application/x-7z-compressed', '7z'],
  ['526172211a07', 'application/x-rar-compressed', 'rar'], ['4d5a', 'application/x-msdownload', 'exe'],
  ['7b5c727466', 'application/rtf', 'rtf'], ['2521', 'application/postscript', 'ps'], ['53514c69', 'application/x-sqlite3', 'sqlite'],
  ['774f463200010000', 'application/font-woff', 'woff2'], ['774f464600010000', 'application/font-woff', 'woff'],
  ['0001000000', 'application/font-sfnt', 'ttf'], ['4f54544f00', 'application/font-sfnt', 'otf'],
  ['494433', 'audio/mpeg', 'mp3'], ['4d546864', 'audio/midi', 'mid'], ['4f676753', 'audio/ogg', 'ogg'],
  ['664c6143', 'audio/x-flac', 'flac'], ['52494646........57415645', 'audio/x-wav', 'wav'],
  ['52494646........415649', 'video/x-msvideo', 'avi'], ['000000..66747970', 'video/mp4', 'mp4'],
  ['1a45dfa3', 'video/webm', 'webm'], ['464c5601', 'video/x-flv', 'flv'], ['465753', 'application/x-shockwave-flash', 'swf'],
];

function signature(bytes) {
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  next: for (const found of SIGNATURES) {
    const [pattern] = found;
    if (pattern.length > hex.length) continue;
    for (let i = 0; i < pattern.length; i++) if (pattern[i] !== '.' && pattern[i] !== hex[i]) continue next;
    return found;
  }
  return undefined;
}

// Words for a media type: `[type, format]`.
function formatOf(type) {
  const [top, sub = ''] = type.split('/');
  if (top === 'image' || top === 'audio' || top === 'video') return [top, top];
  if (type === 'application/pdf') return ['embed', 'pdf'];
  if (type === 'application/x-www-form-urlencoded') return ['text', 'plain'];
  if (type === 'application/jwt') return ['text', 'jwt'];
  if (/json/.test(sub)) return ['text', 'json'];
  if (/(^|[+.-])xml|xml$/.test(sub) && sub !== 'xhtml+xml') return ['text', 'xml'];
  if (/html/.test(sub)) return ['text', 'html'];
  if (/script/.test(sub)) return ['text', 'script'];
  if (/yaml/.test(sub)) return ['text', 'yaml'];
  if (top === 'text') return ['text', 'plain'];
  if (top === 'application' || top === 'multipart' || top === 'message') return [top, 'raw'];
  return ['unknown', 'raw'];
}

/** `{contentType, mimeType, mimeFormat, charset, fileExtension, fileName}`; `bytes()` gives the first bytes. */
export function contentInfo(headers, bytes) {
  const header = headers.get('content-type');
  let charset = 'utf8';
  let contentType;
  let fileExtension;
  if (header) {
    const declared = /charset\s*=\s*"?([^\s;"']+)/i.exec(header);
    if (declared) charset = declared[1].toLowerCase() === 'utf-8' ? 'utf8' : declared[1].toLowerCase();
    contentType = String(header).split(';')[0].toLowerCase().replace(/\s/g, '');
    fileExtension = extensionOf(contentType);
  } else {
    const found = signature(bytes());
    contentType = found ? found[1] : 'text/plain';
    fileExtension = found ? found[2] : 'txt';
  }
  const [mimeType, mimeFormat] = formatOf(contentType);
  const info = { contentType, mimeType, mimeFormat, charset };
  if (fileExtension) info.fileExtension = fileExtension;
  info.fileName = nameOf(headers.get('content-disposition')) || (fileExtension ? `response.${fileExtension}` : 'response');
  return info;
}

// The name in a `Content-Disposition`; the extended form (`filename*`) wins.
function nameOf(header) {
  if (!header) return undefined;
  const extended = /;\s*filename\*\s*=\s*([\w-]+)'[^']*'([^\s;]+)/.exec(header);
  if (extended) {
    const name = unescape(extended[1].toLowerCase(), extended[2]);
    if (name) return name;
  }
  const plain = /;\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/.exec(header);
  if (!plain) return undefined;
  return plain[1] === undefined ? plain[2] : plain[1].replace(/\\(.)/g, '$1');
}

function unescape(charset, text) {
  if (charset === 'utf-8') {
    try { return decodeURIComponent(text); } catch { return undefined; }
  }
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
}

/** `{format, source}` of the body's compression. */
export function encodingOf(headers, bytes) {
  const header = headers.get('content-encoding');
  if (header) return { format: header, source: 'header' };
  const [first, second, third] = bytes();
  if (first === 0x1f && second === 0x8b && third === 8) return { format: 'gzip', source: 'body' };
  return { format: header, source: undefined };
}
