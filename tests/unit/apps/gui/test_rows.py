"""What a table does to show other rows."""

from bcper.apps.gui.widgets.rows import Row, steps


def row(key: str, text: str = "x") -> Row:
    return Row(key, (text,))


A, B, C = row("a"), row("b"), row("c")


def known(*rows: Row) -> dict[str, Row]:
    return {each.id: each for each in rows}


def test_at_first_all_are_new_and_in_order() -> None:
    todo = steps({}, [], [A, B])
    assert (todo.new, todo.changed, todo.order) == ((A, B), (), False)


def test_nothing_to_do() -> None:
    todo = steps(known(A, B), ["a", "b"], [row("a"), B])
    assert (todo.new, todo.changed, todo.order) == ((), (), False)


def test_a_changed_row_stays_where_it_is() -> None:
    other = row("a", "y")
    todo = steps(known(A, B), ["a", "b"], [other, B])
    assert (todo.new, todo.changed, todo.order) == ((), (other,), False)


def test_a_filter_and_its_end_only_arrange() -> None:
    todo = steps(known(A, B, C), ["a", "b", "c"], [B])
    assert (todo.new, todo.changed, todo.order) == ((), (), True)
    todo = steps(known(A, B, C), ["b"], [A, B, C])
    assert (todo.new, todo.changed, todo.order) == ((), (), True)


def test_a_new_row_on_top_is_put_there() -> None:
    todo = steps(known(B), ["b"], [A, B])
    assert (todo.new, todo.order) == ((A,), True)
    assert not steps(known(B), ["b"], [B, C]).order
