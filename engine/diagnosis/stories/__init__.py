"""The stories behind the demos: what was seen and asked, what is known, what a run answers; one file each."""

from engine.diagnosis.stories.base import Answer, Attempt, ScenarioStory, all_stories, answers, attempts, story_of

__all__ = ["Answer", "Attempt", "ScenarioStory", "all_stories", "answers", "attempts", "story_of"]
