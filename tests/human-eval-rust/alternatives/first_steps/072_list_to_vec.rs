    match list {
        List::Empty => vec![],
        List::Node(number, rest) => {
            let mut numbers = list_to_vec(rest);
            numbers.insert(0, *number);
            numbers
        }
    }
}
