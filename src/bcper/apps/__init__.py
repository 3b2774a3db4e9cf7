"""Programs: the command line and the library, put together by the container."""
