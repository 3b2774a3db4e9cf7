"""Operations as data: what can be asked of BCPER, and what comes back (DESIGN.md, "Flows").

One list for all that ask: the command line, the window, the library, the socket. A request is a frozen
value, and its class names the type of the reply as the parameter of :class:`Request`.
"""
