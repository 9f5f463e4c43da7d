    let mut sevens = 0;
    for i in 0..n {
        if matches!((i % 11, i % 13), (0, _) | (_, 0)) {
            let mut rest = i;
            while rest > 0 {
                if rest % 10 == 7 {
                    sevens += 1;
                }
                rest /= 10;
            }
        }
    }
    sevens
}
