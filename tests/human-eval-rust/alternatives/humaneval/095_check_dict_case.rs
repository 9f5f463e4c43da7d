    #[derive(PartialEq)]
    enum Case {
        Lower,
        Upper,
    }

    fn case_of(key: &str) -> Option<Case> {
        let letters: Vec<u8> = key.bytes().filter(u8::is_ascii_alphabetic).collect();
        let upper = letters.iter().filter(|b| b.is_ascii_uppercase()).count();
        match upper {
            _ if letters.is_empty() => None,
            0 => Some(Case::Lower),
            _ if upper == letters.len() => Some(Case::Upper),
            _ => None,
        }
    }

    let mut cases = dict.keys().map(|key| case_of(key));
    match cases.next() {
        Some(Some(first)) => cases.all(|case| case.as_ref() == Some(&first)),
        _ => false,
    }
}
