"""Jobs for a compiler: in which order they are done, and what becomes of those that fail. The compiler is a toy."""

import json
import threading
from pathlib import Path

import pytest

from gancore.config import RunConfig
from gancore.runtime.compiler import Compiler, Job

TOY = str(Path(__file__).parent / "toy_compiler.py")
REFUSED, DEADLY = 7, 13  # seeds


def job(milliseconds, seed=0, replicas=1):
    return Job(RunConfig(steps=milliseconds, seed=seed).to_json(), replicas)


@pytest.fixture
def compiler(tmp_path, monkeypatch):
    """`compiler(**options)`; `.answers` holds (milliseconds, error) pairs and `.begun` what its process was given."""
    log = tmp_path / "log"
    log.touch()
    monkeypatch.setenv("TOY_COMPILER_LOG", str(log))
    made = []

    def make(**options):
        answers = []
        heard = Compiler(
            lambda job, error: answers.append((json.loads(job.config)["steps"], error)),
            command=(TOY,),
            **{"quiet": 0.0, **options},
        )
        heard.answers = answers
        heard.begun = lambda: [int(line.split()[0]) for line in log.read_text().splitlines()]
        heard.pids = lambda: [int(line.split()[2]) for line in log.read_text().splitlines()]
        made.append(heard)
        return heard

    yield make
    for each in made:
        each.close()


def test_what_is_wanted_is_done_in_its_order_by_one_process(compiler, until):
    c = compiler()
    for each in (1, 2, 3, 2):
        c.want(job(each))
    until(lambda: len(c.answers) == 3)
    assert c.answers == [(1, None), (2, None), (3, None)]
    assert len(set(c.pids())) == 1


def test_what_cannot_be_done_is_said_and_not_tried_again(compiler, until):
    c = compiler()
    c.want(job(1, REFUSED))
    c.want(job(2))
    until(lambda: len(c.answers) == 2)
    assert c.answers == [(1, "It cannot be."), (2, None)]
    c.want(job(1, REFUSED))
    until(lambda: len(c.answers) == 3)
    assert c.answers[2] == (1, "It cannot be.")
    assert c.begun() == [1, 2]


def test_a_process_that_dies_takes_one_job_with_it(compiler, until):
    c = compiler()
    c.want(job(1, DEADLY))
    c.want(job(2))
    until(lambda: len(c.answers) == 2)
    assert c.answers[0] == (2, None)
    assert "exit code 3" in c.answers[1][1]


def test_what_a_process_died_of_is_tried_once_more_and_again_when_it_is_wanted_again(compiler, until):
    c = compiler()
    c.want(job(1, DEADLY))
    until(lambda: len(c.answers) == 1)
    assert c.begun() == [1, 1]
    c.want(job(1, DEADLY))
    until(lambda: len(c.answers) == 2)
    assert c.begun() == [1, 1, 1]


def test_nothing_is_compiled_ahead_while_something_trains(compiler, until):
    c = compiler()
    c.rest(True)
    c.ahead([job(1), job(2)])
    c.want(job(3))
    until(lambda: c.answers)
    assert c.begun() == [3]
    c.rest(False)
    until(lambda: c.begun() == [3, 1, 2])
    assert c.answers == [(3, None)]  # nobody waits for the others


def test_what_is_wanted_goes_before_what_is_ahead_which_is_begun_again(compiler, until):
    c = compiler()
    c.ahead([job(60_000), job(1)])
    until(lambda: c.begun() == [60_000])
    c.want(job(2))
    until(lambda: c.answers)
    assert c.answers == [(2, None)]
    until(lambda: c.begun() == [60_000, 2, 60_000])


def test_what_is_ahead_gives_way_to_training(compiler, until, alive):
    c = compiler()
    c.ahead([job(60_000)])
    until(lambda: c.begun())
    (pid,) = c.pids()
    c.rest(True)
    until(lambda: not alive(pid))


def test_what_is_being_compiled_ahead_may_come_to_be_wanted(compiler, until):
    c = compiler()
    c.ahead([job(300)])
    until(lambda: c.begun())
    c.want(job(300))
    until(lambda: c.answers)
    assert c.answers == [(300, None)]
    assert c.begun() == [300]


def test_ahead_waits_for_quiet(compiler, until):
    c = compiler(quiet=60.0)
    c.ahead([job(1)])
    c.want(job(2))
    until(lambda: c.answers)
    assert c.begun() == [2]


def test_the_end_is_at_once_and_leaves_no_process(compiler, until, alive):
    c = compiler()
    c.want(job(60_000))
    until(lambda: c.begun())
    threading.Thread(target=c.want, args=(job(1),)).start()
    c.close()
    assert not alive(c.pids()[0])
    assert c.answers == []


def test_a_process_without_work_goes(compiler, until, alive):
    c = compiler()
    c.want(job(1))
    until(lambda: c.answers)
    until(lambda: not alive(c.pids()[0]))
