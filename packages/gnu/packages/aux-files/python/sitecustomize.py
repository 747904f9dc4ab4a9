# Packages of other directories: those of GUIX_PYTHONPATH come after what PYTHONPATH names and before Python's own
# site-packages, so that both users and what a package was built with are heeded.
import os
import site
import sys


def add_sites():
    wanted = [os.path.realpath(place) for place in os.environ.get("GUIX_PYTHONPATH", "").split(os.pathsep) if place]
    own = set(site.getsitepackages())
    before = list(sys.path)
    for place in wanted:
        if os.path.isdir(place):
            site.addsitedir(place)
    added = [place for place in sys.path if place not in before]
    first_own = next((i for i, place in enumerate(before) if place in own), len(before))
    sys.path[:] = before[:first_own] + added + before[first_own:]


add_sites()
