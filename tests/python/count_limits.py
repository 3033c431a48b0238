"""Counts from the log who held a slot of which limit at each position, and says where a limit was passed.

Usage: count_limits.py URL LIMITS POOL..., where LIMITS is a JSON object from a limit to its value:
{"pool seed": 50, "queue seed/high-priority": 10, "tag five": 5, "deployment etl/single": 1}.
Prints {"requested": N, "ended": N, "records": N, "peaks": {LIMIT: most ever held}, "faults": [TEXT, ...]}.

It has nothing of weir's but the .proto files and what event.proto says of states: an attempt holds its slots from
`Claimed` to the record after which nothing of it is left. Which limits a run needs is taken from its own request and
subject, not from what the scheduler has written into the claim; a claim that names less is a fault.
"""

import asyncio
import json
import sys

import nats
from nats.js.api import AckPolicy, ConsumerConfig

from wireformat import every_field, fields

BATCH = 500


async def read(js, stream):
    """All records about runs of one queue, in order: (stamp in ns, stream, sequence, pool, queue, run, voice, data)."""
    _, pool, queue = stream.split("_")
    config = ConsumerConfig(ack_policy=AckPolicy.NONE, inactive_threshold=30)
    sub = await js.pull_subscribe(f"weir.run.{pool}.{queue}.>", stream=stream, config=config)
    left = (await sub.consumer_info()).num_pending
    records = []
    while left:
        messages = await sub.fetch(min(left, BATCH), timeout=10)
        left -= len(messages)
        for message in messages:
            # $JS.ACK.[DOMAIN.ACCOUNT.]STREAM.CONSUMER.DELIVERED.STREAM_SEQUENCE.CONSUMER_SEQUENCE.STAMP.PENDING
            tokens = message.reply.split(".")
            first = 5 if len(tokens) == 9 else 7
            run, voice = message.subject.split(".")[-2:]
            records.append((int(tokens[first + 2]), stream, int(tokens[first]), pool, queue, run, voice, message.data))
    await sub.unsubscribe()
    return records


def needs(pool, queue, data):
    """The limits that a run of this request needs a slot of; None for what is no request to run something."""
    if data.lstrip(b" \t\r\n")[:1] == b"{":
        request = json.loads(data)
        if "cancel" in request or "setPriority" in request or "set_priority" in request:
            return None
        tags, deployment = request.get("tags", []), request.get("deployment")
    else:
        found = list(every_field(data))
        if any(number in (12, 16) for number, _ in found):  # set_priority, cancel
            return None
        tags = [value.decode() for number, value in found if number == 7]
        deployment = next((value.decode() for number, value in found if number == 2), None)
    needed = {f"pool {pool}", f"queue {pool}/{queue}", *(f"tag {tag}" for tag in tags)}
    return needed | ({f"deployment {deployment}"} if deployment else set())


def slots(pool, queue, claimed):
    """Claimed{slots = 3}: the limits that the scheduler says the attempt holds."""
    for number, value in every_field(claimed):
        if number != 3:
            continue
        slot = fields(value)
        if 1 in slot:  # own_pool
            yield f"pool {pool}"
        elif 2 in slot:  # own_queue
            yield f"queue {pool}/{queue}"
        elif 3 in slot:
            yield f"pool {slot[3].decode()}"
        elif 4 in slot:
            other = fields(slot[4])
            yield f"queue {other[1].decode()}/{other[2].decode()}"
        elif 5 in slot:
            yield f"deployment {slot[5].decode()}"
        elif 6 in slot:
            yield f"tag {slot[6].decode()}"
        else:
            raise ValueError(f"a slot of an unknown limit: {slot}")


class Attempt:
    """One that holds slots."""

    def __init__(self, number, limits):
        self.number, self.limits = number, limits
        self.holder, self.stopping = None, False

    def revoked(self, revoked):
        """Revoked{attempt = 1, worker_lost = 5 {session = 1}}: whether nothing is left of it where this stands."""
        if revoked[1] != self.number:
            return False
        self.stopping = True
        lost = 5 in revoked and fields(revoked[5]).get(1) == self.holder
        return self.holder is None or lost

    def reported(self, report):
        """Report{attempt = 1, session = 2, taken = 4, finished = 8 {gone = 2}, gone = 9}: the same."""
        if report[1] != self.number:
            return False
        if 4 in report and self.holder is None and not self.stopping:
            self.holder = report[2]
        if self.holder != report[2]:
            return False
        return 9 in report or (8 in report and bool(fields(report[8]).get(2)) and not self.stopping)


class Count:
    """What is held, at one position after the other."""

    def __init__(self, limits):
        self.limits = limits
        self.needed, self.live, self.last, self.over = {}, {}, {}, set()
        self.held, self.peaks, self.faults = {}, dict.fromkeys(limits, 0), []

    def take(self, run, attempt, where):
        if run in self.live:
            self.faults.append(f"{where}: {run[-1]} is granted an attempt while it holds another")
        if attempt.number != self.last.get(run, 0) + 1:
            self.faults.append(f"{where}: attempt {attempt.number} of {run[-1]} after {self.last.get(run, 0)}")
        self.live[run], self.last[run] = attempt, attempt.number
        for limit in attempt.limits:
            self.held[limit] = self.held.get(limit, 0) + 1
            self.peaks[limit] = max(self.peaks.get(limit, 0), self.held[limit])
            if limit in self.limits and self.held[limit] > self.limits[limit]:
                self.faults.append(f"{where}: {self.held[limit]} hold a slot of {limit}: {self.limits[limit]}")

    def free(self, run):
        for limit in self.live.pop(run).limits:
            self.held[limit] -= 1
        self.over.add(run)

    def record(self, stream, seq, pool, queue, name, voice, data):
        run, where = (pool, queue, name), f"{stream} {seq}"
        if voice == "request":
            needed = needs(pool, queue, data)
            if needed is not None:
                self.needed.setdefault(run, needed)
        elif voice == "claim":
            said = fields(data)  # Claim{claimed = 2, revoked = 3}
            if 2 in said:
                named = set(slots(pool, queue, said[2]))
                if not self.needed[run] <= named:
                    self.faults.append(f"{where}: the claim of {name} names {named}, not all of {self.needed[run]}")
                self.take(run, Attempt(fields(said[2])[1], named | self.needed[run]), where)
            elif run in self.live and self.live[run].revoked(fields(said[3])):
                self.free(run)
        elif voice == "report" and run in self.live and self.live[run].reported(fields(data)):
            self.free(run)


def frees(record):
    """What may free a slot goes first where two queues' stamps are the same."""
    return record[6] == "report"


async def main(url, limits, pools):
    nc = await nats.connect(url)
    js = nc.jetstream()
    records, offset = [], 0
    while page := await js.streams_info(offset=offset):
        offset += len(page)
        names = [info.config.name for info in page]
        for name in names:
            if name.startswith("weir_") and name.count("_") == 2 and name.split("_")[1] in pools:
                records += await read(js, name)
    await nc.close()
    # One node stamps in the order in which it stores. Within a queue the sequence is that order.
    records.sort(key=lambda record: (record[0], not frees(record), record[1], record[2]))
    count, last = Count(limits), {}
    for _, *record in records:
        stream, seq = record[:2]
        if seq <= last.get(stream, 0):
            count.faults.append(f"{stream} {seq}: stamped before what stands before it")
        last[stream] = seq
        count.record(*record)
    count.faults += [f"{run[-1]} still holds its slots at the end" for run in count.live]
    told = {"requested": len(count.needed), "ended": len(count.over), "records": len(records)}
    print(json.dumps({**told, "peaks": count.peaks, "faults": count.faults}))


asyncio.run(main(sys.argv[1], json.loads(sys.argv[2]), sys.argv[3:]))
