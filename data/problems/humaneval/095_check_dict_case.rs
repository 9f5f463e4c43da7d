use std::collections::HashMap;

/// Tells whether the keys of `dict` are all in lower case or all in upper case.
///
/// A key is in lower case when it holds at least one of the letters `a` to `z` and none of the
/// letters `A` to `Z`; it is in upper case when it holds at least one of `A` to `Z` and none of
/// `a` to `z`. All other characters have no influence, so `"id_2"` is in lower case, and keys
/// without an ASCII letter, such as `"42"` and the empty key, are in neither case. The values do
/// not matter. The answer for an empty `dict` is `false`.
///
/// # Examples
///
/// ```
/// let dict = |keys: &[&str]| -> HashMap<String, String> {
///     keys.iter().map(|key| (key.to_string(), String::new())).collect()
/// };
/// assert!(check_dict_case(&dict(&["name", "age_2"])));
/// assert!(check_dict_case(&dict(&["HOST", "PORT"])));
/// assert!(!check_dict_case(&dict(&["HOST", "port"])));
/// assert!(!check_dict_case(&dict(&["Host"])));
/// assert!(!check_dict_case(&dict(&[])));
/// ```
pub fn check_dict_case(dict: &HashMap<String, String>) -> bool {
    if dict.is_empty() {
        return false;
    }
    let has_lower = |key: &String| key.chars().any(|c| c.is_ascii_lowercase());
    let has_upper = |key: &String| key.chars().any(|c| c.is_ascii_uppercase());
    dict.keys().all(|key| has_lower(key) && !has_upper(key))
        || dict.keys().all(|key| has_upper(key) && !has_lower(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(keys: &[&str], expected: bool) {
        let dict: HashMap<String, String> = keys
            .iter()
            .enumerate()
            .map(|(i, key)| (key.to_string(), ["value", "VALUE", ""][i % 3].to_string()))
            .collect();
        assert_eq!(
            check_dict_case(&dict),
            expected,
            "check_dict_case of a dict with the keys {keys:?}"
        );
    }

    #[test]
    fn examples() {
        check(&["name", "age_2"], true);
        check(&["HOST", "PORT"], true);
        check(&["HOST", "port"], false);
        check(&["Host"], false);
        check(&[], false);
    }

    #[test]
    fn one_key() {
        check(&["a"], true);
        check(&["z"], true);
        check(&["A"], true);
        check(&["Z"], true);
        check(&["aA"], false);
        check(&["Aa"], false);
        check(&["zZ"], false);
        check(&["camelCase"], false);
    }

    #[test]
    fn keys_without_letters() {
        check(&[""], false);
        check(&["42"], false);
        check(&[" "], false);
        check(&["a", ""], false);
        check(&["A", "7"], false);
        check(&["a", "b", "-"], false);
        check(&["A", "B", "@[`{"], false);
        check(&["é"], false);
        check(&["É", "A"], false);
    }

    #[test]
    fn other_characters_have_no_influence() {
        check(&["a1", "2b", "c d", "@[`{x"], true);
        check(&["A1", "2B", "C D", "@[`{X"], true);
        check(&["aÉ"], true);
        check(&["Aé"], true);
        check(&["_A_", "_a_"], false);
    }

    #[test]
    fn one_key_out_of_line() {
        check(&["a", "b", "C", "d", "e"], false);
        check(&["A", "B", "C", "d", "E"], false);
        check(&["abc", "dEf", "ghi"], false);
        check(&["ABC", "DeF", "GHI"], false);
        check(&["abc", "def", "ghi"], true);
        check(&["ABC", "DEF", "GHI"], true);
    }

    #[test]
    fn every_set_of_short_keys() {
        // Oracle: 1 stands for lower case, 2 for upper case, 0 for neither.
        let keys = [
            ("p", 1),
            ("q1", 1),
            ("R", 2),
            ("S2", 2),
            ("t", 1),
            ("Uu", 0),
            ("3", 0),
        ];
        for bits in 1..1u32 << keys.len() {
            let chosen: Vec<(&str, i32)> = (0..keys.len())
                .filter(|i| bits >> i & 1 == 1)
                .map(|i| keys[i])
                .collect();
            let kinds: Vec<i32> = chosen.iter().map(|&(_, kind)| kind).collect();
            let names: Vec<&str> = chosen.iter().map(|&(name, _)| name).collect();
            let expected = kinds == vec![1; kinds.len()] || kinds == vec![2; kinds.len()];
            check(&names, expected);
        }
    }
}
