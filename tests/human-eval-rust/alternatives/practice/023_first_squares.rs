    let mut squares = Vec::new();
    let mut n = 1;
    while n <= count {
        squares.push(n.pow(2));
        n += 1;
    }
    squares
}
