"""What both renderers do with words."""

import re

_WIDTH = 72


def sentence(text: str) -> str:
    """With its full stop."""
    return text if text.endswith((".", "!")) else f"{text}."


def capital(text: str) -> str:
    """With a great letter at its beginning."""
    return text[:1].upper() + text[1:]


def typed(command: str) -> list[str]:
    """A command as one types it: a long one goes on in the next line, before an option."""
    lines = [""]
    for part in re.split(r" (?=--)", command):
        if lines[-1] and len(lines[-1]) + len(part) > _WIDTH:
            lines[-1] += " \\"
            lines.append(f"    {part}")
        else:
            lines[-1] = f"{lines[-1]} {part}".lstrip(" ") if len(lines) == 1 else f"{lines[-1]} {part}"
    return lines
