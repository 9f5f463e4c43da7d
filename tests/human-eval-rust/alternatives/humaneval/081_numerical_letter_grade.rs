    const BOUNDS: [(f64, &str); 11] = [
        (3.7, "A"),
        (3.3, "A-"),
        (3.0, "B+"),
        (2.7, "B"),
        (2.3, "B-"),
        (2.0, "C+"),
        (1.7, "C"),
        (1.3, "C-"),
        (1.0, "D+"),
        (0.7, "D"),
        (0.0, "D-"),
    ];

    let mut letters = Vec::with_capacity(grades.len());
    for &grade in grades {
        let row = BOUNDS.iter().find(|&&(bound, _)| bound < grade);
        letters.push(match row {
            _ if grade >= 4.0 => "A+",
            Some(&(_, letter)) => letter,
            None => "E",
        });
    }
    letters
}
