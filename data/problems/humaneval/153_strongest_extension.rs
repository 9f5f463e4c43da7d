/// Names the strongest extension of a class, as `class_name.extension`.
///
/// The strength of an extension is the number of upper case ASCII letters in
/// its name minus the number of lower case ASCII letters; all other characters
/// (digits, underscores, letters beyond ASCII) do not matter. The strength may
/// be negative. The extension with the greatest strength is the strongest one;
/// when several share it, the one that comes first in `extensions` wins.
///
/// Returns the class name, a dot and the name of the strongest extension, all
/// as they are given, or `None` when `extensions` is empty. The class name and
/// the extensions may be any text, even empty; an empty name has strength 0.
///
/// # Examples
///
/// ```
/// let got = strongest_extension("Parser", &["lazy", "UTF8", "Fast"]);
/// assert_eq!(got.as_deref(), Some("Parser.UTF8"));
/// let got = strongest_extension("Box", &["aB", "Cd"]);
/// assert_eq!(got.as_deref(), Some("Box.aB"));
/// assert_eq!(strongest_extension("Box", &[]), None);
/// ```
pub fn strongest_extension(class_name: &str, extensions: &[&str]) -> Option<String> {
    let (&first, rest) = extensions.split_first()?;
    let mut strongest = first;
    for &extension in rest {
        if strength(extension) > strength(strongest) {
            strongest = extension;
        }
    }
    Some(format!("{class_name}.{strongest}"))
}

fn strength(name: &str) -> i64 {
    let contribution = |c: char| {
        if c.is_ascii_uppercase() {
            1
        } else if c.is_ascii_lowercase() {
            -1
        } else {
            0
        }
    };
    name.chars().map(contribution).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small linear congruential generator, so that every run sees the same inputs.
    struct Lcg(u64);

    impl Lcg {
        fn below(&mut self, bound: u64) -> u64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % bound
        }
    }

    fn check(class_name: &str, extensions: &[&str], expected: Option<&str>) {
        let got = strongest_extension(class_name, extensions);
        assert_eq!(
            got.as_deref(),
            expected,
            "strongest_extension({class_name:?}, {extensions:?})"
        );
    }

    #[test]
    fn examples() {
        check("Parser", &["lazy", "UTF8", "Fast"], Some("Parser.UTF8"));
        check("Box", &["aB", "Cd"], Some("Box.aB"));
        check("Box", &[], None);
    }

    #[test]
    fn one_extension() {
        check("A", &["b"], Some("A.b"));
        check("my class", &["x y"], Some("my class.x y"));
        check("Vec3", &["x1"], Some("Vec3.x1"));
        check("", &[""], Some("."));
        check("", &["x"], Some(".x"));
        check("x", &[""], Some("x."));
    }

    #[test]
    fn the_difference_decides() {
        check("K", &["ABCdef", "XY"], Some("K.XY"));
        check("K", &["XY", "ABCDEFabcdef"], Some("K.XY"));
        check("K", &["XY", "ABCDEFabc"], Some("K.ABCDEFabc"));
        check("K", &["aaaa", "aaa", "aa", "aaaaa"], Some("K.aa"));
        check("K", &["a", "aA", "aAA"], Some("K.aAA"));
        check("K", &["aAA", "aA", "a"], Some("K.aAA"));
        check("K", &["b", ""], Some("K."));
        check("K", &["", "b"], Some("K."));
        check("K", &["", "B"], Some("K.B"));
        check("K", &["AZ", "Q", "az"], Some("K.AZ"));
    }

    #[test]
    fn the_first_of_equal_ones_wins() {
        check("K", &["AB", "CD", "EF"], Some("K.AB"));
        check("K", &["a", "AB", "CD"], Some("K.AB"));
        check("K", &["a", "b"], Some("K.a"));
        check("K", &["z", "aAb", "c"], Some("K.z"));
        check("K", &["m", "A", "a", "Z"], Some("K.A"));
    }

    #[test]
    fn other_characters_do_not_matter() {
        check("K", &["a1", "__", "b"], Some("K.__"));
        check("K", &["A", "ÉÉÉ", "ЖЖ"], Some("K.A"));
        check("K", &["a", "ééé"], Some("K.ééé"));
        check("K", &["[[[[", "A@`{"], Some("K.A@`{"));
        check("K", &["A9", "AA", "999"], Some("K.AA"));
        check("Ü", &["ß"], Some("Ü.ß"));
    }

    #[test]
    fn agrees_with_names_of_known_strength() {
        let mut rng = Lcg(153);
        for _ in 0..600 {
            let mut names = Vec::new();
            let mut best = None;
            for i in 0..rng.below(6) as usize {
                let strength = rng.below(9) as i64 - 4;
                let pairs = rng.below(3) as usize;
                // The number keeps apart names that are equal otherwise.
                let mut name = "xY_".repeat(pairs) + &i.to_string();
                let letter = if strength > 0 { "Q" } else { "q" };
                name += &letter.repeat(strength.unsigned_abs() as usize);
                match best {
                    Some((known, _)) if known >= strength => {}
                    _ => best = Some((strength, name.clone())),
                }
                names.push(name);
            }
            let extensions: Vec<&str> = names.iter().map(String::as_str).collect();
            let expected = best.map(|(_, name)| format!("Class.{name}"));
            check("Class", &extensions, expected.as_deref());
        }
    }

    #[test]
    fn many_extensions() {
        let mut extensions = vec!["ab"; 10_000];
        extensions.extend(["abC", "Cab"]);
        let got = strongest_extension("Big", &extensions);
        assert_eq!(
            got.as_deref(),
            Some("Big.abC"),
            "10000 times \"ab\", then \"abC\", \"Cab\""
        );
    }
}
