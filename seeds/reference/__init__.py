"""Facts about regions, boards, trusts, support organisations, words of need and published figures.

Each module reads one data file beside it and gives typed records; nothing here touches a database. Where the
facts come from, and under which licence, is in ``SOURCES.md``.
"""
