    let mut best: Option<&Rectangle> = None;
    for rectangle in rectangles {
        let area = |r: &Rectangle| u128::from(r.width) * u128::from(r.height);
        if best.map_or(true, |b| area(rectangle) > area(b)) {
            best = Some(rectangle);
        }
    }
    best
}
