# Whether the packages of a directory, the argument, can be used: what they require is there, their modules can be
# imported, and their programs found.  Unlike sanity-check.py it needs nothing but Python itself.
import importlib
import importlib.metadata
import re
import sys
import traceback

failed = False


def attempt(what, action):
    global failed
    try:
        action()
        print(what, "OK", sep=": ")
    except Exception:
        print(what, "ERROR", sep=": ")
        traceback.print_exc(file=sys.stdout)
        failed = True


for distribution in importlib.metadata.distributions(path=[sys.argv[1]]):
    print("validating", repr(distribution.metadata["Name"]), sys.argv[1])
    for requirement in distribution.requires or []:
        # What only some uses or some machines need is not asked for.
        if ";" not in requirement:
            name = re.match(r"[A-Za-z0-9._-]+", requirement).group()
            attempt("...checking requirement " + name, lambda: importlib.metadata.distribution(name))
    for module in (distribution.read_text("top_level.txt") or "").split():
        attempt("...trying to load module " + module, lambda: importlib.import_module(module.replace("/", ".")))
    for entry in distribution.entry_points:
        if entry.group in ("console_scripts", "gui_scripts"):
            attempt("...trying to load endpoint " + entry.name, entry.load)

sys.exit(failed)
