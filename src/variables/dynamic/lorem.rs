//! Latin to fill space with.

use super::Dynamic;

#[rustfmt::skip]
pub(super) const WORDS: &[&str] = &[
    "ab", "actus", "adhuc", "aequus", "aestas", "aether", "ager", "agnus", "ala", "albus", "alter", "altus", "amicus",
    "amor", "amplus", "anima", "annus", "ante", "antiquus", "aqua", "ara", "arbor", "ardor", "arma", "ars", "aura",
    "aurum", "autem", "avis", "barba", "beatus", "bellus", "bonus", "brevis", "caelum", "calor", "campus", "canis",
    "cantus", "capra", "caput", "caritas", "carmen", "carus", "casa", "casus", "cena", "certus", "clarus", "collis",
    "color", "consul", "cor", "corona", "corpus", "cras", "cum", "cura", "cursus", "decus", "deinde", "dens",
    "dexter", "dies", "diu", "dives", "dolor", "domus", "donum", "dulcis", "dum", "durus", "ecce", "elegans", "equus",
    "ergo", "et", "etiam", "fabula", "facies", "facilis", "factum", "fama", "felix", "fides", "filum", "finis",
    "flamma", "flos", "flumen", "fons", "forma", "fortis", "fortuna", "forum", "frater", "fructus", "fulgor",
    "gaudium", "gens", "gloria", "gratia", "hic", "hiems", "hodie", "homo", "honor", "hora", "hortus", "humus", "iam",
    "ignis", "imago", "inde", "ingens", "insula", "inter", "iter", "iucundus", "labor", "lacus", "laetus", "lapis",
    "latus", "laus", "lectus", "leo", "levis", "lex", "liber", "lingua", "littera", "locus", "longus", "ludus",
    "lumen", "luna", "lupus", "lux", "magister", "magnus", "mane", "manus", "mare", "mater", "mensa", "mens", "mirus",
    "modus", "mons", "mora", "mos", "multus", "mundus", "murus", "natura", "nauta", "navis", "nec", "nihil", "nix",
    "nomen", "non", "novus", "nox", "nubes", "numerus", "nunc", "oculus", "olim", "omnis", "opus", "ora", "orbis",
    "ordo", "otium", "ovis", "panis", "pars", "parvus", "pater", "pax", "pecunia", "pes", "piscis", "pons", "populus",
    "porta", "post", "primus", "prope", "puer", "pulcher", "quies", "ratio", "rex", "ripa", "rosa", "rota", "saepe",
    "salus", "sanus", "sapiens", "saxum", "schola", "semper", "sensus", "sidus", "signum", "silva", "sine", "sol",
    "somnus", "sonus", "spes", "stella", "studium", "sub", "tabula", "tamen", "tempus", "terra", "timor", "turris",
    "umbra", "unda", "urbs", "usus", "vallis", "velum", "ventus", "ver", "verbum", "verus", "vesper", "via", "vicus",
    "villa", "vinum", "virtus", "vis", "vita", "vox",
];

pub(super) fn words(dynamic: &mut Dynamic, out: &mut String) {
    dynamic.push_words(&[WORDS, WORDS, WORDS], out);
}

pub(super) fn slug(dynamic: &mut Dynamic, out: &mut String) {
    for position in 0..3 {
        if position > 0 {
            out.push('-');
        }
        dynamic.push_word(WORDS, out);
    }
}

pub(super) fn sentence(dynamic: &mut Dynamic, out: &mut String) {
    let first = dynamic.pick(WORDS);
    let mut letters = first.chars();
    if let Some(letter) = letters.next() {
        out.push(letter.to_ascii_uppercase());
    }
    out.push_str(letters.as_str());
    for _ in 0..dynamic.between(2, 9) {
        out.push(' ');
        dynamic.push_word(WORDS, out);
    }
    out.push('.');
}

pub(super) fn sentences(dynamic: &mut Dynamic, out: &mut String) {
    let count = dynamic.between(2, 6);
    push_joined(dynamic, count, " ", sentence, out);
}

pub(super) fn lines(dynamic: &mut Dynamic, out: &mut String) {
    let count = dynamic.between(1, 5);
    push_joined(dynamic, count, "\n", sentence, out);
}

pub(super) fn paragraph(dynamic: &mut Dynamic, out: &mut String) {
    let count = dynamic.between(3, 6);
    push_joined(dynamic, count, " ", sentence, out);
}

pub(super) fn paragraphs(dynamic: &mut Dynamic, out: &mut String) {
    // The odd separator is the one newman writes.
    push_joined(dynamic, 3, "\n \r", paragraph, out);
}

pub(super) fn text(dynamic: &mut Dynamic, out: &mut String) {
    match dynamic.below(7) {
        0 => dynamic.push_word(WORDS, out),
        1 => words(dynamic, out),
        2 => sentence(dynamic, out),
        3 => sentences(dynamic, out),
        4 => paragraph(dynamic, out),
        5 => paragraphs(dynamic, out),
        _ => lines(dynamic, out),
    }
}

fn push_joined(
    dynamic: &mut Dynamic,
    count: usize,
    separator: &str,
    part: fn(&mut Dynamic, &mut String),
    out: &mut String,
) {
    for position in 0..count {
        if position > 0 {
            out.push_str(separator);
        }
        part(dynamic, out);
    }
}
