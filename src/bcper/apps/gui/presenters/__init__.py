"""What the window decides: no Tk, no clock and no thread of its own, tested without a screen.

Each presenter takes :class:`~bcper.apps.gui.presenters.base.Tools` and a callable that shows its state, a
frozen value; what a person does are its methods.
"""
