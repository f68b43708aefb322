"""Figures for a monitoring system, in the form Prometheus reads: what was answered, and what stands in the database.

Addresses are counted by their pattern (`/roles/<int:role_id>`), so no figure names a role or a person. What the jobs
did is read from the database when it is asked for. Processes that share a socket add up what they answered in a
folder, so any of them tells for all.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.outreach.models import Message, MessageState
from talentpool.work.models import AskedWork, JobRun, Lease, WorkState
from talentpool.work.overview import last_success, newest_run_of_each, seconds_of

EXTENSION = "talentpool metrics"
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Bounds of the histogram; pages are to answer within 0.5 seconds, previews within 0.1."""
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Where the library adds up the figures of several processes, set by whoever starts them."""
PREVIEW, POOL = "posting.show_known_people", "pool.show_pool"


class Figures:
    """The figures of the processes that serve pages together, or of this one alone."""

    def __init__(self, sessions: Sessions) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.registry.register(_Stored(sessions))
        own: CollectorRegistry | None = self.registry
        if SHARED_FOLDER in os.environ:
            MultiProcessCollector(self.registry)  # type: ignore[no-untyped-call]
            own = None
        self.requests = Counter(
            "talentpool_requests", "Requests answered.", ("route", "method", "status"), registry=own
        )
        self.seconds = Histogram(
            "talentpool_request_seconds", "Time to an answer.", ("route",), buckets=SECONDS, registry=own
        )
        self.searches = Counter(
            "talentpool_searches", "Searches of the pool, and previews of a role.", ("kind",), registry=own
        )


def figures() -> Figures:
    """Give the figures of this application."""
    found: Figures = current_app.extensions[EXTENSION]
    return found


def count_requests(app: Flask, sessions: Sessions) -> None:
    """Count every answer from now on; register before whatever may refuse a request."""
    app.extensions[EXTENSION] = Figures(sessions)
    app.before_request(_begin)
    app.after_request(_count)


def _begin() -> None:
    g.began = time.perf_counter()


def _count(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else "no such page"
    kept = figures()
    kept.requests.labels(route, request.method, response.status_code).inc()
    if "began" in g:
        kept.seconds.labels(route).observe(time.perf_counter() - g.began)
    if request.endpoint == PREVIEW or (request.endpoint == POOL and request.args.get("q")):
        kept.searches.labels("preview" if request.endpoint == PREVIEW else "pool").inc()
    return response


class _Stored(Collector):
    """What stands in the database at the moment it is asked for."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def describe(self) -> Iterator[Metric]:
        """Name nothing beforehand: that would read the database while the application starts."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Read the queue, the outbox, the lease and the runs."""
        with self._sessions.reading() as session:
            yield from (_queue(session), _outbox(session), _lease(session, current_time()))
            yield from _jobs(session)


def _queue(session: Session) -> Metric:
    gauge = GaugeMetricFamily(
        "talentpool_queue", "Asked-for work that is not done.", labels=("kind", "state")
    )
    left = select(AskedWork.kind, AskedWork.state, func.count()).where(
        AskedWork.state.in_((WorkState.WAITING, WorkState.RUNNING))
    )
    for kind, state, count in session.execute(left.group_by(AskedWork.kind, AskedWork.state)):
        gauge.add_metric((kind, state.value), count)
    return gauge


def _outbox(session: Session) -> Metric:
    gauge = GaugeMetricFamily("talentpool_messages", "Messages to candidates by state.", labels=("state",))
    counted = select(Message.state, func.count()).group_by(Message.state)
    by_state = dict(session.execute(counted).all())
    for state in MessageState:
        gauge.add_metric((state.value,), by_state.get(state, 0))
    return gauge


def _lease(session: Session, now: datetime) -> Metric:
    gauge = GaugeMetricFamily(
        "talentpool_lease_left_seconds",
        "Time until a holder has to renew; below 0 nobody works.",
        labels=("lease",),
    )
    for lease in session.scalars(select(Lease)):
        gauge.add_metric((lease.name,), (lease.expires_at - now).total_seconds())
    return gauge


def _jobs(session: Session) -> Iterator[Metric]:
    success = GaugeMetricFamily(
        "talentpool_job_last_success_timestamp_seconds", "When a job last ended well.", labels=("job",)
    )
    for job, at in last_success(session).items():
        success.add_metric((job,), at.timestamp())
    runs = newest_run_of_each(session)
    yield success
    yield _of_runs(
        runs, "seconds", "How long the newest finished run of a job took.", lambda run: seconds_of(run) or 0
    )
    yield _of_runs(runs, "items", "Items of the newest finished run of a job.", lambda run: run.items)
    yield _of_runs(runs, "failures", "Failed items of the newest finished run of a job.", _failures)


def _of_runs(runs: Sequence[JobRun], name: str, words: str, figure: Callable[[JobRun], float]) -> Metric:
    gauge = GaugeMetricFamily(f"talentpool_job_last_{name}", words, labels=("job",))
    for run in runs:
        gauge.add_metric((run.job,), figure(run))
    return gauge


def _failures(run: JobRun) -> float:
    return max(run.failures, int(run.state is WorkState.FAILED))
