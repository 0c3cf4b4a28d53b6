"""The people behind the demos: what they saw and asked, what is known today, what this run answers; one file each."""

from engine.diagnosis.stories.base import Answer, Attempt, ScenarioStory, all_stories, answers, attempts, story_of

__all__ = ["Answer", "Attempt", "ScenarioStory", "all_stories", "answers", "attempts", "story_of"]
