"""When a job is due: pure rules in UTC, which the scheduler sleeps by and a restart catches up by.

A due time is a fixed point on the clock, not "so long after the last run": whoever looks, and whenever,
arrives at the same one. So a second scheduler, a jumping clock or three days of silence make no second run.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a day at a time of day in UTC."""

    at: time

    @classmethod
    def from_text(cls, text: str) -> "Daily":
        """Read a time of day such as 02:30."""
        return cls(time.fromisoformat(text))

    def latest(self, now: datetime) -> datetime:
        """Give the newest due time that is not in the future.

        >>> Daily.from_text("02:30").latest(datetime(2026, 11, 23, 1, tzinfo=UTC)).isoformat()
        '2026-11-22T02:30:00+00:00'
        """
        today = datetime.combine(now.astimezone(UTC).date(), self.at, UTC)
        return today if today <= now else today - timedelta(days=1)

    def following(self, now: datetime) -> datetime:
        """Give the first due time after now."""
        return self.latest(now) + timedelta(days=1)

    @property
    def words(self) -> str:
        """Say when that is."""
        return f"Every day at {self.at:%H:%M} UTC"

    def trigger(self) -> BaseTrigger:
        """Give the same rule as the scheduler's clock needs it."""
        return CronTrigger(hour=self.at.hour, minute=self.at.minute, timezone=UTC)


@dataclass(frozen=True, slots=True)
class Every:
    """Every so many minutes, counted from a fixed moment."""

    minutes: int

    def latest(self, now: datetime) -> datetime:
        """Give the newest due time that is not in the future.

        >>> Every(15).latest(datetime(2026, 11, 23, 9, 44, 10, tzinfo=UTC)).isoformat()
        '2026-11-23T09:30:00+00:00'
        """
        step = timedelta(minutes=self.minutes)
        return EPOCH + (now - EPOCH) // step * step

    def following(self, now: datetime) -> datetime:
        """Give the first due time after now."""
        return self.latest(now) + timedelta(minutes=self.minutes)

    @property
    def words(self) -> str:
        """Say when that is.

        >>> [Every(minutes).words for minutes in (1, 15, 60)]
        ['Every minute', 'Every 15 minutes', 'Every hour']
        """
        usual = {1: "Every minute", 60: "Every hour"}
        return usual.get(self.minutes, f"Every {self.minutes} minutes")

    def trigger(self) -> BaseTrigger:
        """Give the same rule as the scheduler's clock needs it."""
        return IntervalTrigger(minutes=self.minutes, start_date=EPOCH, timezone=UTC)


Due = Daily | Every
