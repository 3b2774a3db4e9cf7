"""``python -m``: what Tk is like here, as one line of JSON. A process of its own, as Tk may hang or crash.

It ends when its input does: whoever asked is gone then.
"""

import json
import os
import re
import sys
import threading


def main(wanted: list[str]) -> int:
    """Print it; ``wanted`` are families of fonts, the best first."""
    threading.Thread(target=_leave, daemon=True).start()
    found: dict[str, object] = {}
    try:
        import tkinter
        from tkinter import font
    except ImportError as error:
        found["problem"] = str(error)
    else:
        found["version"] = tkinter.Tcl().call("info", "patchlevel")
        try:
            root = tkinter.Tk()
        except tkinter.TclError as error:
            # The name of the display may be a machine's.
            found["problem"] = re.sub(r'display "[^"]*"', "the display", str(error))
        else:
            root.withdraw()
            families = font.families(root)
            default = font.nametofont("TkDefaultFont", root).actual("family")
            found["screen"] = True
            found["smooth"] = root.tk.call("::tk::pkgconfig", "get", "fontsystem") == "xft"
            found["family"] = next((each for each in wanted if each in families), default)
            root.destroy()
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()
    return 0


def _leave() -> None:
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
