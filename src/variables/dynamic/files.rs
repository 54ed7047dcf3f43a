//! Files, folders, media types, version numbers.

use std::fmt::Write;

use super::{Dynamic, commerce};

pub(super) const COMMON_EXTENSIONS: &[&str] = &[
    "pdf", "png", "gif", "jpg", "jpeg", "jpe", "mp2", "mp3", "mp4", "mpeg", "mpg", "mpe", "wav", "htm", "html", "shtml",
];
pub(super) const COMMON_TYPES: &[&str] = &["application", "audio", "image", "text", "video"];

#[rustfmt::skip]
pub(super) const DIRECTORIES: &[&str] = &[
    "/bin", "/boot", "/data", "/data/export", "/dev", "/etc", "/etc/cron", "/etc/fonts", "/etc/init", "/etc/security",
    "/home", "/home/guest", "/home/guest/documents", "/home/public", "/lib", "/lib64", "/mnt", "/mnt/archive",
    "/mnt/backup", "/opt", "/opt/app", "/opt/tools", "/opt/tools/bin", "/run", "/run/lock", "/run/user", "/srv",
    "/srv/ftp", "/srv/www", "/tmp", "/tmp/build", "/usr", "/usr/bin", "/usr/games", "/usr/lib", "/usr/local",
    "/usr/local/bin", "/usr/local/share", "/usr/share/doc", "/usr/share/fonts", "/usr/share/man", "/var",
    "/var/backups", "/var/cache", "/var/lib", "/var/log", "/var/log/app", "/var/opt", "/var/run", "/var/www",
];

/// Media types with a usual extension of their files.
const MEDIA: &[(&str, &str)] = &[
    ("application/atom+xml", "atom"),
    ("application/epub+zip", "epub"),
    ("application/gzip", "gz"),
    ("application/java-archive", "jar"),
    ("application/javascript", "js"),
    ("application/json", "json"),
    ("application/ld+json", "jsonld"),
    ("application/msword", "doc"),
    ("application/octet-stream", "bin"),
    ("application/ogg", "ogx"),
    ("application/pdf", "pdf"),
    ("application/pgp-signature", "sig"),
    ("application/postscript", "ps"),
    ("application/rtf", "rtf"),
    ("application/vnd.ms-excel", "xls"),
    ("application/vnd.ms-powerpoint", "ppt"),
    ("application/vnd.oasis.opendocument.spreadsheet", "ods"),
    ("application/vnd.oasis.opendocument.text", "odt"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ("application/wasm", "wasm"),
    ("application/x-bzip2", "bz2"),
    ("application/x-tar", "tar"),
    ("application/xhtml+xml", "xhtml"),
    ("application/xml", "xml"),
    ("application/zip", "zip"),
    ("audio/aac", "aac"),
    ("audio/flac", "flac"),
    ("audio/midi", "midi"),
    ("audio/mp4", "m4a"),
    ("audio/mpeg", "mp3"),
    ("audio/ogg", "oga"),
    ("audio/wav", "wav"),
    ("font/otf", "otf"),
    ("font/ttf", "ttf"),
    ("font/woff2", "woff2"),
    ("image/avif", "avif"),
    ("image/bmp", "bmp"),
    ("image/gif", "gif"),
    ("image/jpeg", "jpeg"),
    ("image/png", "png"),
    ("image/svg+xml", "svg"),
    ("image/tiff", "tiff"),
    ("image/webp", "webp"),
    ("message/rfc822", "eml"),
    ("model/gltf+json", "gltf"),
    ("model/stl", "stl"),
    ("text/calendar", "ics"),
    ("text/css", "css"),
    ("text/csv", "csv"),
    ("text/html", "html"),
    ("text/markdown", "md"),
    ("text/plain", "txt"),
    ("text/vcard", "vcard"),
    ("text/yaml", "yaml"),
    ("video/mp4", "mp4"),
    ("video/mpeg", "mpeg"),
    ("video/ogg", "ogv"),
    ("video/quicktime", "mov"),
    ("video/webm", "webm"),
];

pub(super) fn mime_type(dynamic: &mut Dynamic, out: &mut String) {
    out.push_str(dynamic.pick(MEDIA).0);
}

pub(super) fn file_type(dynamic: &mut Dynamic, out: &mut String) {
    let media = dynamic.pick(MEDIA).0;
    out.push_str(media.split_once('/').map_or(media, |(kind, _)| kind));
}

pub(super) fn extension(dynamic: &mut Dynamic, out: &mut String) {
    out.push_str(dynamic.pick(MEDIA).1);
}

pub(super) fn file_name(dynamic: &mut Dynamic, out: &mut String) {
    stem(dynamic, out);
    extension(dynamic, out);
}

pub(super) fn common_file_name(dynamic: &mut Dynamic, out: &mut String) {
    stem(dynamic, out);
    dynamic.push_word(COMMON_EXTENSIONS, out);
}

pub(super) fn file_path(dynamic: &mut Dynamic, out: &mut String) {
    dynamic.push_word(DIRECTORIES, out);
    out.push('/');
    file_name(dynamic, out);
}

pub(super) fn semver(dynamic: &mut Dynamic, out: &mut String) {
    let (major, minor, patch) = (dynamic.below(10), dynamic.below(10), dynamic.below(10));
    let _ = write!(out, "{major}.{minor}.{patch}");
}

/// One to three lower-case words joined by `_`, and the dot.
fn stem(dynamic: &mut Dynamic, out: &mut String) {
    for position in 0..dynamic.between(1, 3) {
        if position > 0 {
            out.push('_');
        }
        let word = dynamic.pick(commerce::ORDINARY);
        out.extend(word.chars().map(|sign| if sign == '-' { '_' } else { sign.to_ascii_lowercase() }));
    }
    out.push('.');
}
