"""A stock NATS client that does what it is told: the hand of the tests on the wire.

Reads one JSON object per line from standard input and answers each with one that has the same `id`. Many are under way
at once. What comes on subscriptions is printed as it comes, as objects with the key `event`.

  {"id":1,"op":"publish","subject":S,"data":BASE64}          -> {"id":1,"stream":..,"seq":..,"duplicate":..}
  {"id":2,"op":"request","subject":S,"data":BASE64,"many":B} -> {"id":2,"answers":[{"data":BASE64,"headers":{..}}]}
  {"id":3,"op":"subscribe","subject":S}                      -> {"id":3}, later {"event":S,"data":BASE64}

An error is {"id":..,"error":NAME,"code":..,"detail":TEXT}.
"""

import asyncio
import base64
import json
import sys

import nats


def say(**what):
    print(json.dumps(what), flush=True)


async def publish(nc, js, order):
    data = base64.b64decode(order["data"])
    ack = await js.publish(order["subject"], data, timeout=order.get("timeout", 5), headers=order.get("headers"))
    return {"stream": ack.stream, "seq": ack.seq, "duplicate": bool(ack.duplicate)}


async def request(nc, js, order):
    data = base64.b64decode(order["data"])
    answers = []

    def shown(msg):
        return {"data": base64.b64encode(msg.data).decode(), "headers": dict(msg.headers or {})}

    if not order.get("many"):
        return {"answers": [shown(await nc.request(order["subject"], data, timeout=5))]}
    inbox = nc.new_inbox()
    sub = await nc.subscribe(inbox)
    await nc.publish(order["subject"], data, reply=inbox)
    try:
        while True:
            answers.append(shown(await sub.next_msg(timeout=1)))
    except nats.errors.TimeoutError:
        pass
    await sub.unsubscribe()
    return {"answers": answers}


async def subscribe(nc, js, order):
    async def heard(msg):
        say(event=msg.subject, data=base64.b64encode(msg.data).decode())

    await nc.subscribe(order["subject"], cb=heard)
    await nc.flush()
    return {}


OPERATIONS = {"publish": publish, "request": request, "subscribe": subscribe}


async def obey(nc, js, order):
    try:
        done = await OPERATIONS[order["op"]](nc, js, order)
        say(id=order["id"], **done)
    except Exception as error:  # noqa: BLE001 - the test decides what it means
        code = getattr(error, "err_code", None)
        say(id=order["id"], error=type(error).__name__, code=code, detail=str(error))


async def main():
    nc = await nats.connect(sys.argv[1], max_reconnect_attempts=-1, reconnect_time_wait=0.1, connect_timeout=10)
    js = nc.jetstream()
    lines = asyncio.StreamReader(limit=1 << 24)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(lines), sys.stdin
    )
    under_way = set()
    while line := await lines.readline():
        task = asyncio.create_task(obey(nc, js, json.loads(line)))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
    await nc.close()


asyncio.run(main())
