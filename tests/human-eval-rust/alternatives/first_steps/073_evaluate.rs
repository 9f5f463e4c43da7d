    let (left, right) = match expr {
        Expr::Number(value) => return Some(*value),
        Expr::Add(left, right)
        | Expr::Subtract(left, right)
        | Expr::Multiply(left, right)
        | Expr::Divide(left, right) => (evaluate(left), evaluate(right)),
    };
    let (Some(left), Some(right)) = (left, right) else {
        return None;
    };
    match expr {
        Expr::Add(..) => Some(left + right),
        Expr::Subtract(..) => Some(left - right),
        Expr::Multiply(..) => Some(left * right),
        _ if right == 0 => None,
        _ => Some(left / right),
    }
}
