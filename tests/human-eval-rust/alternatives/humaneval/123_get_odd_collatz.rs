    fn visit(odd_term: u64, found: &mut std::collections::BTreeSet<u64>) {
        found.insert(odd_term);
        if odd_term > 1 {
            let even_term = 3 * odd_term + 1;
            visit(even_term >> even_term.trailing_zeros(), found);
        }
    }
    let mut found = std::collections::BTreeSet::new();
    visit(n >> n.trailing_zeros(), &mut found);
    found.into_iter().collect()
}
