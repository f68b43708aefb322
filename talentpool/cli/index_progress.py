"""The bar people see while the matching index is made: on standard error, and only where somebody looks."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from talentpool.matching.building import BuildProgress


def progress_bars() -> Progress:
    """Give bars for standard error; they vanish when their work is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    return Progress(*columns, console=console, disable=not console.is_terminal, transient=True)


class IndexProgress:
    """Shows how far a build is; it appears with the first people done and goes with the last."""

    def __init__(self) -> None:
        self._bars: Progress | None = None
        self._task = TaskID(0)

    def __call__(self, done: BuildProgress) -> None:
        """Show how many people are done."""
        if done.people == done.total:
            self.close()
            return
        if self._bars is None:
            self._bars = progress_bars()
            self._task = self._bars.add_task("Making the index", total=done.total)
            self._bars.start()
        self._bars.update(
            self._task,
            completed=done.people,
            description=f"Making the index, {done.per_second:,.0f} people a second",
        )

    def close(self) -> None:
        """Take the bar away."""
        if self._bars is not None:
            self._bars.stop()
            self._bars = None
