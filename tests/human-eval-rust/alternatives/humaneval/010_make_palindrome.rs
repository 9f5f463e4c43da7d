    // Prefix function of the reversed string, a separator, and the string: its
    // last value is the length of the longest palindrome at the end.
    let forward: Vec<Option<char>> = string.chars().map(Some).collect();
    let mut text: Vec<Option<char>> = forward.iter().rev().copied().collect();
    text.push(None);
    text.extend(&forward);
    let mut border = vec![0; text.len()];
    for i in 1..text.len() {
        let mut k = border[i - 1];
        while k > 0 && text[k] != text[i] {
            k = border[k - 1];
        }
        border[i] = if text[k] == text[i] { k + 1 } else { 0 };
    }
    let kept = border[text.len() - 1];
    let missing = forward.len() - kept;
    let mut result = string.to_string();
    result.extend(forward.iter().take(missing).rev().flatten());
    result
}
