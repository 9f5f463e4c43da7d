use std::collections::HashMap;

/// How often a word occurs.
#[derive(Debug, Clone, PartialEq)]
struct Entry {
    name: String,
    count: usize,
}

/// Makes an entry with a count of one.
fn single(name: &str) -> Entry {
    Entry { name: name.to_string(), count: 1 }
}

/// Counts `words`; the entries come in the order of first occurrence.
pub fn tally(words: &[&str]) -> Vec<Entry> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut entries: Vec<Entry> = Vec::new();
    for &word in words {
        if let Some(&place) = places.get(word) {
            entries[place].count += 1;
        } else {
            places.insert(word, entries.len());
            entries.push(single(word));
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_words() {
        let expected = vec![Entry { name: "b".to_string(), count: 2 }, single("a")];
        assert_eq!(tally(&["b", "a", "b"]), expected);
    }

    #[test]
    fn nothing() {
        assert_eq!(tally(&[]), Vec::new());
        let empty: HashMap<&str, usize> = HashMap::new();
        assert!(empty.is_empty());
    }
}
