# Whether the packages of a directory, the argument, can be used: what they require is there in the right versions, their
# modules can be imported, and their programs found.
import importlib
import sys
import traceback

import pkg_resources

site = sys.argv[1]
failed = False

for distribution in pkg_resources.find_distributions(site):
    name = distribution.project_name
    print("validating", repr(name), site)
    try:
        distribution.activate(replace=True)
        pkg_resources.require(str(distribution.as_requirement()))
        print("...checking requirements: OK")
    except Exception as error:
        print("...checking requirements: ERROR:", distribution, repr(error))
        failed = True
        continue

    modules = []
    if distribution.has_metadata("top_level.txt"):
        modules = [line.strip() for line in distribution.get_metadata_lines("top_level.txt") if line.strip()]
    for module in modules:
        try:
            importlib.import_module(module.replace("/", "."))
            print("...trying to load module", module, end=": OK\n")
        except Exception:
            print("...trying to load module", module, end=": ERROR:\n")
            traceback.print_exc(file=sys.stdout)
            failed = True

    for group in ("console_scripts", "gui_scripts"):
        for entry in distribution.get_entry_map(group).values():
            try:
                entry.load()
                print("...trying to load endpoint", group, entry.name, end=": OK\n")
            except Exception:
                print("...trying to load endpoint", group, entry.name, end=": ERROR:\n")
                traceback.print_exc(file=sys.stdout)
                failed = True

sys.exit(1 if failed else 0)
