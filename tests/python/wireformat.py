"""Protobuf's wire format, read by hand: what one needs who has the .proto files and no generated code."""


def varint(data, at):
    """The number that begins there, and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def every_field(data):
    """The fields of a message as they stand: pairs of number and value (int or bytes)."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 1:
            value, at = data[at : at + 8], at + 8
        elif kind == 2:
            size, at = varint(data, at)
            value, at = data[at : at + size], at + size
        elif kind == 5:
            value, at = data[at : at + 4], at + 4
        else:
            raise ValueError(f"wire type {kind}")
        if at > len(data):
            raise ValueError("cut off")
        yield number, value


def fields(data):
    """The fields of a message whose fields come once: number to last value."""
    return dict(every_field(data))
