"""Runs one Python function, as `python3 -c SOURCE ENTRYPOINT`: the command of a run that has an entrypoint instead.

ENTRYPOINT is `path/to/file.py:function` or `package.module:function`; the function may be a method, `Class.method`.
WEIR_PARAMETERS (a JSON object) become its keyword arguments. It ends with 0, with the code of a SystemExit, with 1
and a traceback when the function raises, and with 2 and one line when there is no such function or when it does not
take these parameters. Python 3.8 or later, and nothing that would have to be installed.
"""
import sys

# What the working directory holds must not stand in for what this file imports. It comes back below.
if sys.path[:1] == [""]:
    del sys.path[0]

import functools
import importlib
import importlib.util
import inspect
import json
import os

NOT_RUN = 2


def refuse(entrypoint, problem):
    """One line for people, instead of a traceback through this file."""
    print(f"weir: cannot run the entrypoint {entrypoint!r}: {problem}", file=sys.stderr)
    sys.exit(NOT_RUN)


def nearest(wrong, names):
    import difflib

    near = difflib.get_close_matches(wrong, names, 1)
    return f"; did you mean {near[0]!r}?" if near else ""


def is_hidden(frame):
    file = frame.f_code.co_filename
    return frame.f_globals is globals() or file == importlib.__file__ or file.startswith("<frozen importlib")


def show(kind, error, trace):
    """Shows tracebacks from the user's own code on."""
    while trace and is_hidden(trace.tb_frame):
        trace = trace.tb_next
    sys.__excepthook__(kind, error.with_traceback(trace), trace)


def load_file(entrypoint, path):
    """The module in a file, under the name that an `import` from its folder would give it."""
    here = os.getcwd()
    file = os.path.realpath(path)
    folder, base = os.path.split(file)
    if not os.path.isfile(file):
        beside = [name for name in os.listdir(folder) if name.endswith(".py")] if os.path.isdir(folder) else []
        relative = "" if os.path.isabs(path) else f"; working_dir must be the folder that {path!r} is relative to"
        refuse(entrypoint, f"there is no file {base!r} in {folder}{nearest(base, beside)}{relative}")
    sys.path[:0] = [folder] if folder == here else [folder, here]
    sys.argv[:] = [file]
    name = base[: -len(".py")]
    if name in sys.modules:
        name = "weir_entrypoint_" + name
    # The search locations let `from .neighbour import x` find a neighbour, as it does under Prefect.
    spec = importlib.util.spec_from_file_location(name, file, submodule_search_locations=[folder, here])
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and pickle look the module up by its name
    spec.loader.exec_module(module)
    return module, file


def load_module(entrypoint, name):
    """A module by its dotted name, as `python -m` finds it."""
    here = os.getcwd()
    sys.path.insert(0, here)
    sys.argv[:] = [name]
    try:
        return importlib.import_module(name), "module " + name
    except ModuleNotFoundError as error:
        if error.name and (name + ".").startswith(error.name + "."):
            refuse(entrypoint, f"{error} in {here} or where Python looks for modules")
        raise  # the module is there, and what it imports is not


def find(entrypoint, module, where, path):
    """The function of that name, or the plain one in a Prefect flow."""
    found = module
    for name in path.split("."):
        holder, found = found, getattr(found, name, refuse)
        if found is refuse:
            own = [
                known
                for known, value in inspect.getmembers(holder, callable)
                if getattr(value, "__module__", None) == module.__name__ and not known.startswith("_")
            ]
            all_of_them = f"; it has {', '.join(own)}" if 0 < len(own) <= 10 else ""
            refuse(entrypoint, f"{where} has no {name!r}{nearest(name, own) or all_of_them}")
        where = f"{where}{':' if holder is module else '.'}{name}"
    if any(kind.__module__.split(".")[0] == "prefect" for kind in type(found).__mro__) and callable(
        getattr(found, "fn", None)
    ):
        found = found.fn
        for owner in ("__prefect_self__", "__prefect_cls__"):  # a flow that is a method has it here
            if hasattr(found, owner):
                found = functools.partial(found, getattr(found, owner))
                break
    if not callable(found):
        refuse(entrypoint, f"{where} is no function but {type(found).__name__!r}")
    return found


def check_parameters(entrypoint, function, parameters):
    """Says in one line what would otherwise be a TypeError from somewhere in this file."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return  # some functions that are written in C do not tell
    takes = signature.parameters
    if all(known.kind is not known.VAR_KEYWORD for known in takes.values()):
        for name in parameters:  # before what is missing, which may be what this one was meant to be
            if name not in takes:
                said = f"got an unexpected keyword argument {name!r}{nearest(name, takes)}"
                refuse(entrypoint, f"{said}; it takes {signature}")
    try:
        signature.bind(**parameters)
    except TypeError as error:
        refuse(entrypoint, f"{error}; it takes {signature}")


async def finish(result):
    if inspect.isasyncgen(result):
        async for _ in result:
            pass
    else:
        await result


def launch(entrypoint):
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)  # into a pipe Python would keep lines back until it has 8 KiB
    sys.excepthook = show
    # As bytes, because JSON is UTF-8 whatever the locale says.
    parameters = json.loads(os.environb.get(b"WEIR_PARAMETERS") or b"{}")
    source, colon, path = entrypoint.rpartition(":")
    if not (source and colon and path):
        refuse(entrypoint, "write it as FILE.py:FUNCTION or MODULE:FUNCTION")
    load = load_file if source.endswith(".py") else load_module
    module, where = load(entrypoint, source)
    function = find(entrypoint, module, where, path)
    check_parameters(entrypoint, function, parameters)
    result = function(**parameters)
    if inspect.isawaitable(result) or inspect.isasyncgen(result):
        import asyncio

        asyncio.run(finish(result))
    elif inspect.isgenerator(result):
        for _ in result:
            pass


launch(sys.argv[1])
