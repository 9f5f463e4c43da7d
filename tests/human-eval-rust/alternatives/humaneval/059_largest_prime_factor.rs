    let mut rest = n;
    let mut largest = None;
    for p in std::iter::once(2).chain((3..).step_by(2)) {
        if p > rest / p {
            break;
        }
        while let 0 = rest % p {
            rest /= p;
            largest = Some(p);
        }
    }
    if rest > 1 {
        largest = Some(rest);
    }
    largest
}
