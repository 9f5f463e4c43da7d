    let vowels = "aeiouAEIOU";
    let last_is_y = word
        .chars()
        .next_back()
        .is_some_and(|last| last.eq_ignore_ascii_case(&'y'));
    word.matches(|c| vowels.contains(c)).count() + usize::from(last_is_y)
}
