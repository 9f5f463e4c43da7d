"""The parts of `benchmarks/lift.py`, from a study's file to its table:

    study       what the YAML file says: base, sets of problems, budgets, seeds, recipes
    data        the rows that a recipe learns from
    steps       runs console scripts, each step once, its result named by all that decides it
    commands    which console script does what, on which inputs
    chain       which steps a recipe consists of
    rows        from the files of the steps to one row for each problem
    points      from rows to rates, and their differences to the base with intervals
    table       points and costs as Markdown
    curves      points as SVG
    plan        what is still to be run, and how long that takes at the speed seen so far
    run         all of it, on one page

Each imports only from those above it.
"""
