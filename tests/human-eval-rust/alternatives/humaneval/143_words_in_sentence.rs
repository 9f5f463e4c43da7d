    let longest = sentence.split(' ').map(str::len).max().unwrap_or(0);
    // Sieve of Eratosthenes over all lengths that occur.
    let mut prime = vec![true; longest + 1];
    for n in 2..=longest {
        if prime[n] {
            for multiple in (2 * n..=longest).step_by(n) {
                prime[multiple] = false;
            }
        }
    }
    let mut kept = String::new();
    for word in sentence.split(' ') {
        if word.len() > 1 && prime[word.len()] {
            if !kept.is_empty() {
                kept.push(' ');
            }
            kept.push_str(word);
        }
    }
    kept
}
