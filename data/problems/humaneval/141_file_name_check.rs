/// Tells whether `name` is a valid file name: `"Yes"` or `"No"`.
///
/// A name is valid when all of this holds:
/// - It contains exactly one dot (`'.'`).
/// - What stands before the dot is not empty and starts with an ASCII letter
///   (`a` to `z` or `A` to `Z`). The characters after this letter may be
///   anything, such as spaces, hyphens or letters of other scripts.
/// - What stands after the dot is `txt`, `exe` or `dll`, in lower case and
///   with nothing else.
/// - It contains at most three ASCII digits (`0` to `9`) in total. They need
///   not stand together.
///
/// `name` may be any string, an empty one included. It may be long (100,000
/// characters), so counting from its start to every single character is too
/// slow.
///
/// # Examples
///
/// ```
/// assert_eq!(file_name_check("report_2024.txt"), "No"); // four digits
/// assert_eq!(file_name_check("report_24.txt"), "Yes");
/// assert_eq!(file_name_check("7zip.exe"), "No");
/// assert_eq!(file_name_check("kernel.old.dll"), "No");
/// ```
pub fn file_name_check(name: &str) -> &'static str {
    let digits = name.chars().filter(char::is_ascii_digit).count();
    let valid = name.split_once('.').is_some_and(|(stem, extension)| {
        digits <= 3
            && stem.starts_with(|c: char| c.is_ascii_alphabetic())
            && ["txt", "exe", "dll"].contains(&extension)
    });
    if valid {
        "Yes"
    } else {
        "No"
    }
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

    fn check(name: &str, expected: &str) {
        let got = file_name_check(name);
        assert_eq!(got, expected, "file_name_check({name:?})");
    }

    #[test]
    fn examples() {
        check("report_2024.txt", "No");
        check("report_24.txt", "Yes");
        check("7zip.exe", "No");
        check("kernel.old.dll", "No");
    }

    #[test]
    fn extensions() {
        check("a.txt", "Yes");
        check("a.exe", "Yes");
        check("a.dll", "Yes");
        for name in [
            "a.", "a.t", "a.tx", "a.txtt", "a.TXT", "a.Exe", "a.dLL", "a.txt ", "a. txt", "a.csv",
            "a.xt", "a.txte", "a.exedll", "a.txt1", "a.d11", "a,txt", "a txt", "atxt", "txt",
        ] {
            check(name, "No");
        }
    }

    #[test]
    fn number_of_dots() {
        for name in [
            "",
            ".",
            "..",
            "a",
            "exe",
            ".txt",
            "a..txt",
            ".a.txt",
            "a.b.txt",
            "a.txt.",
            "a.txt.txt",
            "..txt",
            ".txt.",
            "a.txt.exe.dll",
        ] {
            check(name, "No");
        }
    }

    #[test]
    fn number_of_digits() {
        check("a.txt", "Yes");
        check("a1.txt", "Yes");
        check("a12.txt", "Yes");
        check("a123.txt", "Yes");
        check("a1234.txt", "No");
        check("a12345.txt", "No");
        check("a1b2c3.dll", "Yes");
        check("a1b2c3d4.dll", "No");
        check("a000.exe", "Yes");
        check("a0000.exe", "No");
        check("a999.exe", "Yes");
        check("a9999.exe", "No");
        check("a12³٤५.txt", "Yes"); // only two of these are ASCII digits
    }

    #[test]
    fn first_character() {
        for code in 0..128u8 {
            let c = char::from(code);
            let name = format!("{c}b.txt");
            check(&name, if c.is_ascii_alphabetic() { "Yes" } else { "No" });
        }
        check("éa.txt", "No");
        check("日.txt", "No");
        check(" a.txt", "No");
    }

    #[test]
    fn anything_after_the_first_letter() {
        check("a-b_c d!.exe", "Yes");
        check("a/b\\c:*.dll", "Yes");
        check("zé日😀.txt", "Yes");
        check("Z\n\t.txt", "Yes");
        check("M,txt.txt", "Yes");
        // The characters next to the digits and letters in ASCII.
        check("a////.txt", "Yes");
        check("a::::.txt", "Yes");
        check("a@@@@`{[.txt", "Yes");
    }

    #[test]
    fn agrees_with_names_put_together() {
        let mut rng = Lcg(141);
        for _ in 0..1500 {
            // Each part comes with the answer whether it spoils the name.
            let (start, bad_start) =
                [("k", false), ("Q", false), ("", true), ("_", true)][rng.below(4) as usize];
            let digits = rng.below(6);
            let dots = rng.below(3);
            let (end, bad_end) = [("txt", false), ("exe", false), ("dll", false), ("tx", true)]
                [rng.below(4) as usize];
            let mut name = start.to_string();
            for digit in 0..digits {
                name += &format!("-{digit}");
            }
            name += &".".repeat(dots as usize);
            name += end;
            let bad = bad_start || bad_end || digits > 3 || dots != 1;
            check(&name, if bad { "No" } else { "Yes" });
        }
    }

    #[test]
    fn long_names() {
        let stem = "ab".repeat(25_000);
        assert_eq!(
            file_name_check(&format!("{stem}.exe")),
            "Yes",
            "50000 letters, \".exe\""
        );
        assert_eq!(
            file_name_check(&format!("{stem}.{stem}")),
            "No",
            "50000 letters twice"
        );
        assert_eq!(file_name_check(&".".repeat(50_000)), "No", "50000 dots");
    }
}
