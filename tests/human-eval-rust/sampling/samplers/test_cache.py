"""The cache with room holds what transformers' own holds, token by token and when rows leave."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from human_eval_rust.sampling.samplers.cache import cache_of  # noqa: E402


@pytest.mark.parametrize("room", [0, 1, 3, 64])
def test_it_is_the_cache_of_transformers_with_room(room):
    from transformers import DynamicCache

    torch.manual_seed(0)
    plain, roomy = DynamicCache(), cache_of([], room)
    rows = 4
    for step, tokens in enumerate((5, 1, 1, 2, 1, 1, 1, 1)):
        for layer in range(2):
            # Some models keep values of another size than keys.
            new = torch.randn(rows, 3, tokens, 8), torch.randn(rows, 3, tokens, 6)
            for expected, found in zip(plain.update(*new, layer), roomy.update(*new, layer), strict=True):
                assert torch.equal(expected, found)
        assert roomy.get_seq_length() == plain.get_seq_length()
        if step in (1, 4):
            stay = torch.tensor([2, 0, 3][: rows - 1])
            rows = len(stay)
            plain.batch_select_indices(stay)
            roomy.batch_select_indices(stay)
            assert torch.equal(roomy.layers[1].values, plain.layers[1].values)


def test_memory_is_taken_once_for_many_tokens():
    cache = cache_of([(torch.zeros(1, 1, 5, 4), torch.zeros(1, 1, 5, 4))], room=8)
    place = cache.layers[0].held[0].data_ptr()
    for _ in range(8):
        keys, _values = cache.update(torch.ones(1, 1, 1, 4), torch.ones(1, 1, 1, 4), 0)
        assert keys.data_ptr() == place
    assert keys[0, 0, :, 0].tolist() == [0] * 5 + [1] * 8
    keys, _values = cache.update(torch.ones(1, 1, 1, 4), torch.ones(1, 1, 1, 4), 0)
    assert keys.data_ptr() != place
    assert keys[0, 0, :, 0].tolist() == [0] * 5 + [1] * 9
