"""Makes the vectors against which weir's calendar is held: what croniter and python-dateutil say.

    pip install croniter==7.0.0 python-dateutil==4.0.0 tzdata
    python tests/python/calendar_vectors.py > services/calendar/tests/data/vectors.txt

One line for each case, with tabs between: which oracle, zone, expression, start, and the next points in time (seconds
since 1970 UTC), of which the first lies behind the start. The tests read the file and need no Python.
"""

import datetime as dt
import zoneinfo

from croniter import croniter
from dateutil import rrule, tz

UTC = dt.timezone.utc
ZONES = {
    "UTC": [],
    "Europe/Berlin": ["2026-03-29", "2026-10-25", "2027-03-28", "2027-10-31"],
    "America/New_York": ["2026-03-08", "2026-11-01", "2027-03-14", "2027-11-07"],
    "Australia/Lord_Howe": ["2026-04-05", "2026-10-04", "2027-04-04", "2027-10-03"],
    "Asia/Kathmandu": [],
    # The clocks were changed at midnight there, until 2019.
    "America/Sao_Paulo": ["2018-02-18", "2018-11-04", "2019-02-17"],
}
PLAIN = [
    "* * * * *", "*/5 * * * *", "0 * * * *", "17 * * * *", "0 */2 * * *", "30 1-5 * * *", "0 6 * * *", "15,45 6,18 * * *",
    "0 0 * * *", "59 23 * * *", "0 0 1 * *", "0 0 31 * *", "0 0 29 2 *", "0 0 l * *", "0 12 l 2 *", "0 9 * * 1-5",
    "0 9 * * mon-fri", "0 9 * * 0", "0 9 * * 7", "0 9 * * sun", "0 9 * jan,jul *", "0 9 1,15 * 5", "0 9 13 * fri",
    "0 9 */2 * *", "0 9 * */3 *", "0 9 1-7 * 1", "0 9 * * 5#2", "0 9 * * fri#1", "0 9 * * mon#5", "*/7 8-20/3 * * *",
    "5-59/20 * * * *", "0 0 1 1 *", "0 22 * * 1,3,5", "10 4 28-31 * *", "0 9 * * L5", "0 9 * * 5#1,1#2",
    "@hourly", "@daily", "@weekly", "@monthly", "@yearly", "@annually", "@midnight", "* * * * * */15", "0 6 * * * 30",
    "0 22-2 * * *", "0 9 * * fri-mon", "0 9 1 * 1-5", "0 9 */2 * 1", "0 9 2-31/2 * *", "0 9 * * */2", "0 9 ? * 1", "0 9 15W * *",
]
AND = ["0 9 1-7 * 1", "0 9 13 * fri", "0 9 1,15 * 5", "0 0 29 2 1", "0 9 * * 1", "0 9 */2 * 1"]
CLOCKS = [
    "0 * * * *", "*/15 * * * *", "30 * * * *", "0 */2 * * *", "30 1 * * *", "30 2 * * *", "0 2 * * *", "0 3 * * *",
    "30 0 * * *", "0 0 * * *", "15 0,1,2,3 * * *", "0 9 * * *", "45 1-3 * * *", "*/20 2 * * *", "0 12 * * 0", "30 2 * * 1-5",
]
RULES = [
    "FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=DAILY;BYHOUR=2;BYMINUTE=30", "FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=15",
    "FREQ=WEEKLY;BYDAY=MO", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,SU;BYHOUR=9", "FREQ=WEEKLY;INTERVAL=3;WKST=SU;BYDAY=SU,MO",
    "FREQ=MONTHLY", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=MONTHLY;BYDAY=2FR;BYHOUR=9",
    "FREQ=MONTHLY;BYDAY=-1SU;BYHOUR=2;BYMINUTE=30", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU;BYHOUR=2;BYMINUTE=30", "FREQ=YEARLY;BYYEARDAY=100,-1",
    "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=HOURLY", "FREQ=HOURLY;INTERVAL=5", "FREQ=HOURLY;BYDAY=SU", "FREQ=MINUTELY;INTERVAL=20", "FREQ=MINUTELY;INTERVAL=7;BYHOUR=2,3",
    "FREQ=SECONDLY;INTERVAL=900", "FREQ=DAILY;UNTIL=20261026T023000", "FREQ=DAILY;COUNT=2500", "FREQ=WEEKLY;COUNT=360;BYDAY=SU",
    "FREQ=DAILY;BYMONTH=3;BYHOUR=2;BYMINUTE=30", "FREQ=DAILY;BYHOUR=0;BYMINUTE=0,30",
]
STARTS = ["2020-01-01T00:00:00", "2020-01-31T02:30:00", "2021-05-02T09:00:00"]


def line(oracle, zone, expression, start, dues):
    print(oracle, zone, expression.replace("\n", " "), int(start.timestamp()), ",".join(str(d) for d in dues), sep="\t")


def cron_plain():
    starts = ["2026-01-01T00:00:00", "2026-02-27T23:59:59", "2026-06-15T12:34:56", "2026-12-31T23:00:01", "2027-05-30T06:00:00",
              "2027-10-31T09:00:00", "2028-02-28T08:59:59", "2031-08-08T08:08:08"]
    for oracle, day_or, expressions in (("cron", True, PLAIN), ("cron-and", False, AND)):
        for expression in expressions:
            for start in starts:
                start = dt.datetime.fromisoformat(start).replace(tzinfo=UTC)
                try:
                    times = croniter(expression, start, day_or=day_or)
                    dues = [int(times.get_next(dt.datetime).timestamp()) for _ in range(8)]
                except Exception as error:
                    print("refused", oracle, expression, type(error).__name__, "", sep="\t")
                    break
                line(oracle, "UTC", expression, start, dues)


def cron_clocks():
    for zone, changes in ZONES.items():
        of = zoneinfo.ZoneInfo(zone)
        for change in changes or ["2026-07-01"]:
            for expression in CLOCKS:
                start = dt.datetime.fromisoformat(change + "T00:00:00").replace(tzinfo=of) - dt.timedelta(hours=3)
                start = start.astimezone(UTC).astimezone(of)
                times = croniter(expression, start)
                dues, until = [], start.timestamp() + 52 * 3600
                while len(dues) < 60:
                    due = times.get_next(dt.datetime).timestamp()
                    if due > until and dues:
                        break
                    dues.append(int(due))
                line("clocks", zone, expression, start, dues)


def rules():
    for zone, changes in ZONES.items():
        of = tz.gettz(zone)
        for rule in RULES:
            for begin in STARTS:
                begin = dt.datetime.fromisoformat(begin)
                parsed = rrule.rrulestr(rule, dtstart=begin)
                until = {"until": parsed._until.replace(tzinfo=of)} if parsed._until else {}
                parsed = parsed.replace(dtstart=begin.replace(tzinfo=of), **until)
                for change in changes or ["2026-07-01", "2027-01-31"]:
                    start = dt.datetime.fromisoformat(change + "T00:00:00").replace(tzinfo=of) - dt.timedelta(hours=5)
                    if start < begin.replace(tzinfo=of):
                        continue
                    found = []
                    for due in parsed.xafter(start, count=12):
                        at = int(due.astimezone(UTC).timestamp())
                        if at not in found:
                            found.append(at)
                    text = f"DTSTART:{begin:%Y%m%dT%H%M%S} RRULE:{rule}"
                    line("rule", zone, text, start, found)


def intervals():
    """A day and more keeps its hour: dateutil's daily rule is the oracle."""
    for zone, changes in ZONES.items():
        of = tz.gettz(zone)
        for days in (1, 2, 7):
            for begin in STARTS:
                begin = dt.datetime.fromisoformat(begin)
                parsed = rrule.rrule(rrule.DAILY, interval=days, dtstart=begin.replace(tzinfo=of))
                for change in changes or ["2026-07-01"]:
                    start = dt.datetime.fromisoformat(change + "T00:00:00").replace(tzinfo=of) - dt.timedelta(hours=30)
                    if start < begin.replace(tzinfo=of):
                        continue
                    found = [int(due.astimezone(UTC).timestamp()) for due in parsed.xafter(start, count=6)]
                    line("interval", zone, f"{days * 86400} {begin.isoformat()}", start, found)


cron_plain()
cron_clocks()
rules()
intervals()
