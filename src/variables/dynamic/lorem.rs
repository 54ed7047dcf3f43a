//! Latin to fill space with.

use super::Dynamic;

#[rustfmt::skip]
pub(super) const WORDS: &[&str] = &[
    "ab", "accusamus", "ad", "alias", "aliquam", "amet", "anima", "annus", "aqua", "arbor", "at", "aut", "beatae",
    "bonus", "caelum", "causa", "commodi", "corpus", "culpa", "cum", "cura", "debitis", "dicta", "dies", "dolor",
    "dolorem", "domus", "ducimus", "ea", "eius", "enim", "eos", "est", "et", "eum", "ex", "facere", "fama", "fides",
    "flumen", "forma", "fortuna", "fuga", "fugit", "gratia", "harum", "hic", "homo", "hora", "id", "illo", "in",
    "ipsa", "ipsum", "iste", "itaque", "iter", "labore", "laborum", "libero", "liber", "litus", "locus", "lorem",
    "lumen", "luna", "magna", "magnam", "mare", "mens", "minus", "modi", "mons", "mora", "multus", "natura", "natus",
    "nemo", "nihil", "nisi", "nobis", "non", "nox", "nulla", "nunc", "odio", "odit", "omnis", "opus", "optio",
    "orbis", "ordo", "pax", "perspiciatis", "placeat", "porro", "possimus", "pons", "quae", "quam", "quas", "qui",
    "quia", "quis", "quo", "quod", "ratio", "ratione", "rem", "rerum", "sapiens", "saxum", "sed", "semper", "sidus",
    "silva", "similis", "sint", "sit", "sol", "soluta", "stella", "sunt", "tempora", "tempore", "tempus", "terra",
    "totam", "ullam", "umbra", "unda", "unde", "ut", "vel", "velit", "ventus", "veritas", "vero", "via", "vita",
    "vitae", "vox",
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
