"""What the screen's own settings say."""

import ctypes


def screen_dpi() -> float | None:
    """``Xft.dpi``, which desktops set for their scale and Tk 8.6 ignores; ``None`` without one."""
    try:
        x11 = ctypes.CDLL("libX11.so.6")
        x11.XOpenDisplay.restype = ctypes.c_void_p
        x11.XOpenDisplay.argtypes = [ctypes.c_char_p]
        x11.XGetDefault.restype = ctypes.c_char_p
        x11.XGetDefault.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p]
        x11.XCloseDisplay.argtypes = [ctypes.c_void_p]
        display = x11.XOpenDisplay(None)
        if not display:
            return None
        found = x11.XGetDefault(display, b"Xft", b"dpi")
        value = float(found) if found else None
        x11.XCloseDisplay(display)
    except (OSError, ValueError):
        return None
    return value if value is not None and 24 < value < 1000 else None
