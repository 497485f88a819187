"""Responses taken at once: checked in one go, acknowledged by the group they are written with."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass

from ressenti.server.intake.application import problem_of
from ressenti.server.intake.desk import Desk
from ressenti.server.intake.exchange import Answer, Request, problem_answer
from ressenti.server.intake.group_commit import Outcome
from ressenti.server.intake.problems import Problem
from ressenti.server.intake.responses import Ready, acknowledged, one_response, response_at_once

Answered = Callable[[Answer], None]


@dataclass(frozen=True, slots=True)
class DirectIntake:
    """What takes single responses without a task for each of them."""

    desk: Desk

    def take(self, request: Request, answered: Answered) -> Coroutine[None, None, None] | None:
        """Take one response; ``answered`` is called once with what is told of it.

        Returns
        -------
        coroutine or None
            What is left to run when something must be looked up first; None when nothing is.
        """
        try:
            ready = response_at_once(self.desk, request)
            if ready is None:
                return self._take_later(request, answered)
            self._keep(request, ready, answered)
        except Exception as raised:  # noqa: BLE001 - problem_of logs what it does not know
            answered(refusal(request, raised))
        return None

    def _keep(self, request: Request, ready: Ready, answered: Answered) -> None:
        def told(outcomes: Sequence[Outcome]) -> None:
            (outcome,) = outcomes
            try:
                if isinstance(outcome, Problem):
                    raise outcome
                answer = acknowledged(self.desk, ready, outcome)
            except Problem as problem:
                answer = refusal(request, problem)
            answered(answer)

        self.desk.journal.take((ready.accepted.entry,), told)

    async def _take_later(self, request: Request, answered: Answered) -> None:
        try:
            answer = await one_response(self.desk, request)
        except Exception as raised:  # noqa: BLE001 - problem_of logs what it does not know
            answer = refusal(request, raised)
        answered(answer)


def refusal(request: Request, raised: Exception) -> Answer:
    """Return what is told of something that was raised while a response was taken."""
    return problem_answer(problem_of(raised, one_response.__name__), request.language)
