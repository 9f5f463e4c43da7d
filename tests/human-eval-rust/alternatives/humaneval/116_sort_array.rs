    let mut shelves = vec![Vec::new(); 65];
    for &n in numbers {
        let mut rest = n;
        let mut ones = 0;
        while rest > 0 {
            rest &= rest - 1;
            ones += 1;
        }
        shelves[ones].push(n);
    }
    for shelf in &mut shelves {
        shelf.sort();
    }
    shelves.concat()
}
