    let mut differences = vec![0; scores.len()];
    for i in 0..scores.len() {
        let (score, guess) = (i128::from(scores[i]), i128::from(guesses[i]));
        differences[i] = (score - guess).unsigned_abs() as u64;
    }
    differences
}
