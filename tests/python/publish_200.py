"""A user with the stock client and nothing of weir's: publishes 200 requests as JSON and follows their live events.

Usage: publish_200.py URL POOL QUEUE. Publishes the first half, prints a line, waits for one on standard input, and
publishes the second half. Ends when it has seen 200 ends, and prints how each run ended as one JSON object:
{"run-7": {"end": "finished", "class": 2, "exit_code": 7, "attempt": 1}, ...}.

The events are protobuf (proto/weir/v1/event.proto); the few fields that matter here are read by hand.
"""

import asyncio
import json
import sys

import nats

from wireformat import fields

RUNS = 200


def outcome(data):
    """Outcome: class = 1, exit_code = 2."""
    read = fields(data)
    return {"class": read.get(1, 0), "exit_code": read.get(2)}


def end_of(voice, data):
    """How a record ends its run, if it does. (None of these runs is retried.)"""
    if voice not in ("report", "decision"):
        return None
    record = fields(data)
    if voice == "report":
        if 8 in record:  # Finished{outcome = 1, gone = 2}
            return {"end": "finished", "attempt": record[1], **outcome(fields(record[8])[1])}
        if 9 in record and 1 in fields(record[9]):  # Gone{outcome = 1}
            return {"end": "gone", "attempt": record[1], **outcome(fields(record[9])[1])}
    elif 2 in record:
        return {"end": "rejected", "why": fields(record[2]).get(3, b"").decode()}
    elif 5 in record:
        return {"end": "cancelled"}
    return None


async def main(url, pool, queue):
    nc = await nats.connect(url)
    js = nc.jetstream()
    ends, requested, all_ended = {}, set(), asyncio.Event()

    async def heard(msg):
        _, _, _, _, run_id, voice = msg.subject.split(".")
        if voice == "request":
            requested.add(run_id)
        end = end_of(voice, msg.data)
        if end and run_id not in ends:
            ends[run_id] = end
            if len(ends) == RUNS:
                all_ended.set()

    async def publish(number):
        run_id = f"run-{number}"
        await nc.subscribe(f"weir.live.*.*.{run_id}.>", cb=heard)
        request = {
            "jobVariables": {"command": f"sh -c 'echo hello from $WEIR_RUN_ID; exit {number % 8}'"},
            "parameters": {"number": number},
            "tags": ["two-hundred"],
        }
        # Both spellings of the JSON mapping are accepted.
        if number % 2:
            request["job_variables"] = request.pop("jobVariables")
        ack = await js.publish(f"weir.run.{pool}.{queue}.{run_id}.request", json.dumps(request).encode())
        assert ack.stream == f"weir_{pool}_{queue}", ack

    for number in range(RUNS // 2):
        await publish(number)
    print("half", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    for number in range(RUNS // 2, RUNS):
        await publish(number)
    print("published", flush=True)
    try:
        await asyncio.wait_for(all_ended.wait(), timeout=90)
    except asyncio.TimeoutError:
        pass
    assert len(requested) == RUNS, f"{len(requested)} requests were seen live"
    print(json.dumps(ends), flush=True)
    await nc.close()


asyncio.run(main(*sys.argv[1:]))
