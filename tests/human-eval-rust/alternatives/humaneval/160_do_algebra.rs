    // Two stacks: an operator is applied once a weaker one follows.
    let strength = |operator: Operator| match operator {
        Operator::Add | Operator::Sub => 1,
        Operator::Mul | Operator::FloorDiv => 2,
        Operator::Pow => 3,
    };
    let mut values = vec![operands[0]];
    let mut waiting: Vec<Operator> = Vec::new();
    for (&operator, &operand) in operators.iter().zip(&operands[1..]) {
        while let Some(&top) = waiting.last() {
            let to_the_right = operator == Operator::Pow && top == Operator::Pow;
            if strength(top) < strength(operator) || to_the_right {
                break;
            }
            waiting.pop();
            apply(top, &mut values);
        }
        waiting.push(operator);
        values.push(operand);
    }
    while let Some(top) = waiting.pop() {
        apply(top, &mut values);
    }
    values[0]
}

fn apply(operator: Operator, values: &mut Vec<i64>) {
    if let (Some(right), Some(left)) = (values.pop(), values.pop()) {
        values.push(match operator {
            Operator::Add => left + right,
            Operator::Sub => left - right,
            Operator::Mul => left * right,
            Operator::FloorDiv => left.div_euclid(right),
            Operator::Pow => left.pow(right as u32),
        });
    }
}
