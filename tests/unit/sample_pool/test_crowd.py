"""The crowd for measuring: the same on every machine, whatever its size, and as rich in words as real resumes."""

from itertools import islice

from talentpool.sample_pool.crowd import crowd_resumes, crowd_role


def test_a_larger_crowd_begins_with_the_smaller_one() -> None:
    assert list(crowd_resumes(3)) == list(islice(crowd_resumes(2_000), 3))
    assert list(crowd_resumes(3)) != list(crowd_resumes(3, seed=2))


def test_a_resume_is_as_long_as_real_ones_and_no_two_are_alike() -> None:
    resumes = list(crowd_resumes(40))
    words = [len(text.split()) for text in resumes]
    assert 700 < sum(words) / len(words) < 1_000
    assert len(set(resumes)) == 40


def test_roles_are_written_in_the_words_of_the_crowd() -> None:
    known = set(" ".join(crowd_resumes(400)).split())
    words = crowd_role(1).split()
    assert 100 < len(words) < 300
    assert sum(word in known for word in words) > 0.8 * len(words)
    assert crowd_role(1) != crowd_role(2)
