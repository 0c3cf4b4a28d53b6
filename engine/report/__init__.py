"""A diagnosis as one self-contained HTML file, or as Markdown."""

from engine.report.document import ReportImage
from engine.report.writing import ReportError, report_paths, write_report

__all__ = ["ReportError", "ReportImage", "report_paths", "write_report"]
